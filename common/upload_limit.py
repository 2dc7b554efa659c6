"""Stops a file at the size we take, while it still arrives: the rest is read and thrown away."""

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest

_TOO_LARGE = "upload_too_large"


def too_large(request: HttpRequest) -> bool:
    """Whether a file of this request was larger than UPN_MAX_FILE_BYTES, and so was not kept."""
    return bool(getattr(request, _TOO_LARGE, False))


class UploadLimit(FileUploadHandler):
    """First of FILE_UPLOAD_HANDLERS. A page can then say in words what a cut connection can't."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self._taken = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self._taken += len(raw_data)
        if self._taken > settings.UPN_MAX_FILE_BYTES:
            setattr(self.request, _TOO_LARGE, True)
            raise StopUpload(connection_reset=False)
        return raw_data

    def file_complete(self, file_size: int) -> "UploadedFile[bytes] | None":
        return None
