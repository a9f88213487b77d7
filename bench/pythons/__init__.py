"""The same contenders on two Pythons."""
