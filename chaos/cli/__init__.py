"""The command. Only here is anything printed or logging configured."""
