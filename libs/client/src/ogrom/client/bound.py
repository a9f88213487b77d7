"""The operations as methods of the clients of contract 5.1.0, written by `./dev client`: change the contract."""

from . import operations
from .binding import listed, listed_async, one, one_async

__all__: list[str] = []


class Operations:
    """Methods of the client for threads."""

    get_home = one(operations.get_home)
    get_live = one(operations.get_live)
    get_ready = one(operations.get_ready)
    get_problem_types = one(operations.get_problem_types)
    get_problem_type = one(operations.get_problem_type)
    get_index = one(operations.get_index)
    add_to_batch = one(operations.add_to_batch)
    get_categories = listed(operations.get_categories)
    get_category = one(operations.get_category)
    get_collages = listed(operations.get_collages)
    add_to_collages = one(operations.add_to_collages)
    delete_collage = one(operations.delete_collage)
    get_collage = one(operations.get_collage)
    patch_collage = one(operations.patch_collage)
    put_collage = one(operations.put_collage)
    get_collage_comments = listed(operations.get_collage_comments)
    add_to_collage_comments = one(operations.add_to_collage_comments)
    get_likes = one(operations.get_likes)
    delete_like = one(operations.delete_like)
    put_like = one(operations.put_like)
    get_comments = listed(operations.get_comments)
    delete_comment = one(operations.delete_comment)
    get_comment = one(operations.get_comment)
    get_products = listed(operations.get_products)
    get_product = one(operations.get_product)
    get_search = listed(operations.get_search)
    get_users = listed(operations.get_users)
    get_user = one(operations.get_user)
    get_user_collages = listed(operations.get_user_collages)
    get_write = one(operations.get_write)


class AsyncOperations:
    """Methods of the client for asyncio."""

    get_home = one_async(operations.get_home)
    get_live = one_async(operations.get_live)
    get_ready = one_async(operations.get_ready)
    get_problem_types = one_async(operations.get_problem_types)
    get_problem_type = one_async(operations.get_problem_type)
    get_index = one_async(operations.get_index)
    add_to_batch = one_async(operations.add_to_batch)
    get_categories = listed_async(operations.get_categories)
    get_category = one_async(operations.get_category)
    get_collages = listed_async(operations.get_collages)
    add_to_collages = one_async(operations.add_to_collages)
    delete_collage = one_async(operations.delete_collage)
    get_collage = one_async(operations.get_collage)
    patch_collage = one_async(operations.patch_collage)
    put_collage = one_async(operations.put_collage)
    get_collage_comments = listed_async(operations.get_collage_comments)
    add_to_collage_comments = one_async(operations.add_to_collage_comments)
    get_likes = one_async(operations.get_likes)
    delete_like = one_async(operations.delete_like)
    put_like = one_async(operations.put_like)
    get_comments = listed_async(operations.get_comments)
    delete_comment = one_async(operations.delete_comment)
    get_comment = one_async(operations.get_comment)
    get_products = listed_async(operations.get_products)
    get_product = one_async(operations.get_product)
    get_search = listed_async(operations.get_search)
    get_users = listed_async(operations.get_users)
    get_user = one_async(operations.get_user)
    get_user_collages = listed_async(operations.get_user_collages)
    get_write = one_async(operations.get_write)
