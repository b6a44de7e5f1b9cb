class Error(Exception):
    message: str

class MainContext:
    @staticmethod
    def default() -> MainContext: ...
    def iteration(self, may_block: bool) -> bool: ...
