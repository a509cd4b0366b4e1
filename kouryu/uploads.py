"""What becomes of a file that somebody sends: no page takes one but those labelled with `takes_file`."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt, csrf_protect

View = Callable[..., HttpResponse]


class NoFiles(FileUploadHandler):
    """Lets files go by unkept, and refuses a body beyond the size of a form: Django's own limit spares files."""

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, Any],  # noqa: N803  (Django's name)
        content_length: int,
        boundary: bytes,
        encoding: str | None = None,
    ) -> None:
        if content_length > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise RequestDataTooBig("the body is larger than any form of ours")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        pass

    def file_complete(self, file_size: int) -> None:
        pass


class SmallFile(FileUploadHandler):
    """Keeps a file in memory up to `largest` bytes; of a longer one only its size, so that a page can say so.

    A body beyond `longest_body` is not read at all.
    """

    def __init__(self, request: HttpRequest, *, largest: int, longest_body: int) -> None:
        super().__init__(request)
        self.largest, self.longest_body = largest, longest_body
        self.pieces: list[bytes] = []

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, Any],  # noqa: N803  (Django's name)
        content_length: int,
        boundary: bytes,
        encoding: str | None = None,
    ) -> None:
        if content_length > self.longest_body:
            raise RequestDataTooBig("the body is larger than any file that this page takes")

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.pieces = []

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if start + len(raw_data) <= self.largest:
            self.pieces.append(raw_data)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        kept = BytesIO(b"".join(self.pieces))
        return InMemoryUploadedFile(kept, self.field_name, self.file_name, self.content_type, file_size, None)


def takes_file(*, largest: int, longest_body: int) -> Callable[[View], View]:
    """Let a view read one small file from `request.FILES`.

    Django chooses the handler before anything of the body is read, and its check of forms reads it: here the check
    comes after the choice, and after the page has opened to this reader.
    """

    def take(view: View) -> View:
        checked = csrf_protect(view)

        @csrf_exempt
        @wraps(view)
        def with_file(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            request.upload_handlers = [SmallFile(request, largest=largest, longest_body=longest_body)]
            return checked(request, *args, **kwargs)

        return with_file

    return take
