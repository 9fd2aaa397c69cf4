PRAGMA cache_size = -1048576
