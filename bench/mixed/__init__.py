"""A mixed load at a fixed rate: do lists and searches hold up who asks by id?"""
