"""Files made elsewhere, handed to the browser."""

from __future__ import annotations

from urllib.parse import quote

from django.http import HttpResponse

from houji.console.spreadsheets import XLSX


def workbook_response(content: bytes, file_name: str) -> HttpResponse:
    """Answer with a ready workbook under its own name."""
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file_name)}"
    response["Cache-Control"] = "no-store"
    return response
