"""The one error of this package."""

from builder.errors import VinewsError


class UndecodableError(VinewsError):
    """The bytes are in no encoding that the evidence supports; `offset` is the first byte that is at fault."""

    def __init__(self, offset: int, reason: str) -> None:
        super().__init__(f'byte {offset}: {reason}')
        self.offset = offset
