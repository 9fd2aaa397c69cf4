-- Version 2 has the same tables; the kinds `held`, `hold_released` and `hold_overridden` may occur in them.
PRAGMA user_version = 2;
