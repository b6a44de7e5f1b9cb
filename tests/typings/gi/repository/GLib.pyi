class Error(Exception):
    message: str
