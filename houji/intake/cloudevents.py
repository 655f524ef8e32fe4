"""CloudEvents 1.0 become drafts: structured mode, batches, and binary mode over HTTP headers.

``subject`` is the member key: the code of the customer in the sender's systems. ``time`` is required,
because it decides which rules apply. ``data`` is a JSON object that matches the schema of ``type``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import unquote

from houji.intake.dates import parse_rfc3339
from houji.intake.errors import BatchNotList, BatchTooLong, ContentTypeUnsupported
from houji.intake.event_types.catalogue import EventType, event_type, event_types
from houji.intake.event_types.validate import validate_data
from houji.intake.problems import Problem, Unreadable
from houji.intake.strict_json import read_json, take_faults
from houji.intake.types import DraftEvent, RowResult

EVENT_TYPE: Final = "application/cloudevents+json"
BATCH_TYPE: Final = "application/cloudevents-batch+json"
EVENT_BYTES_MAX: Final = 256 * 1024
BATCH_BYTES_MAX: Final = 8 * 1024 * 1024
BATCH_EVENTS_MAX: Final = 5_000

_LENGTHS = {"id": 200, "source": 300, "type": 60, "subject": 200}
_OPTIONAL = frozenset({"datacontenttype", "dataschema"})
_CORE = frozenset({"specversion", "time", "data", "data_base64", *_LENGTHS, *_OPTIONAL})
_EXTENSION = re.compile(r"[a-z0-9]{1,20}", re.ASCII)
_JSON_TYPE = re.compile(r"[\w.+-]+/([\w.+-]+\+)?json", re.ASCII)
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def parse_event(body: bytes, *, content_type: str, headers: Mapping[str, str] | None = None) -> RowResult:
    """Read one event, in structured mode, or in binary mode when ``ce-`` headers carry its attributes.

    Raises ContentTypeUnsupported and the refusals of ``read_json``; what is wrong inside the event
    is in the problems of the result.
    """
    media = _media_type(content_type)
    if media == EVENT_TYPE:
        return _parsed(1, *take_faults(read_json(body, limit_bytes=EVENT_BYTES_MAX)))
    attributes = _binary_attributes(headers or {})
    if media.startswith("application/cloudevents") or not attributes or not _JSON_TYPE.fullmatch(media):
        raise ContentTypeUnsupported(media[:100])
    data, problems = take_faults(read_json(body, limit_bytes=EVENT_BYTES_MAX), "$.data")
    return _parsed(1, {**attributes, "datacontenttype": content_type, "data": data}, problems)


def parse_batch(body: bytes) -> list[RowResult]:
    """Read a JSON array of events; a faulty event has its problems and leaves its neighbours alone.

    Raises BatchNotList, BatchTooLong and the refusals of ``read_json``.
    """
    events = read_json(body, limit_bytes=BATCH_BYTES_MAX)
    if not isinstance(events, list):
        raise BatchNotList()
    if len(events) > BATCH_EVENTS_MAX:
        raise BatchTooLong(len(events), BATCH_EVENTS_MAX)
    return [_parsed(index + 1, *take_faults(event, f"$[{index}]")) for index, event in enumerate(events)]


def _media_type(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()


def _binary_attributes(headers: Mapping[str, str]) -> dict[str, Any]:
    named = {name.lower(): value for name, value in headers.items()}
    return {
        name.removeprefix("ce-"): unquote(value) for name, value in named.items() if name.startswith("ce-")
    }


def _parsed(number: int, event: Any, problems: list[Problem]) -> RowResult:
    if not isinstance(event, dict):
        problems.append(Problem("", "event_not_object"))
        return RowResult(number, problems=tuple(problems))
    problems = [*problems, *_attribute_problems(event)]
    occurred_at = _time(event, problems)
    kind = _kind(event, problems)
    data = _data(event, kind, problems)
    if problems or kind is None or occurred_at is None:
        return RowResult(number, problems=tuple(_once_per_place(problems)))
    draft = DraftEvent(
        source=event["source"],
        id=event["id"],
        type=kind.code,
        member_key=event["subject"].strip(),
        occurred_at=occurred_at,
        business_no=kind.business_no(data),
        data=data,
    )
    return RowResult(number, draft=draft)


def _attribute_problems(event: Mapping[str, Any]) -> list[Problem]:
    found = []
    version = event.get("specversion")
    if version is not None and version != "1.0":
        found.append(Problem("specversion", "specversion_unknown", {"raw": str(version)[:60]}))
    for name in ("specversion", "id", "source", "type", "time"):
        if event.get(name) is None or event[name] == "":
            found.append(Problem(name, "attribute_missing", {"raw": name}))
    subject = event.get("subject")
    if subject is None or (isinstance(subject, str) and not subject.strip()):
        found.append(Problem("subject", "member_key_missing"))
    for name, length_max in _LENGTHS.items():
        found += _text_problems(name, event.get(name), length_max)
    for name in sorted(event.keys() - _CORE):
        found += _extension_problems(name, event[name])
    if event.get("data_base64") is not None:
        found.append(Problem("data_base64", "data_base64_unsupported"))
    return found + _data_type_problems(event)


def _text_problems(name: str, value: Any, length_max: int) -> list[Problem]:
    if value is None:
        return []
    if not isinstance(value, str) or _CONTROL.search(value):
        return [Problem(name, "attribute_invalid", {"raw": name})]
    if len(value) > length_max:
        return [Problem(name, "text_too_long", {"limit": str(length_max)})]
    return []


def _extension_problems(name: str, value: Any) -> list[Problem]:
    if not _EXTENSION.fullmatch(name):
        shown = _CONTROL.sub("?", name[:60])
        return [Problem(shown, "attribute_name", {"raw": shown})]
    if value is not None and not isinstance(value, str | int):
        return [Problem(name, "attribute_invalid", {"raw": name})]
    return []


def _data_type_problems(event: Mapping[str, Any]) -> list[Problem]:
    found = []
    for name in sorted(_OPTIONAL):
        value = event.get(name)
        if value is not None and (not isinstance(value, str) or not value):
            found.append(Problem(name, "attribute_invalid", {"raw": name}))
    media = event.get("datacontenttype")
    if isinstance(media, str) and media and not _JSON_TYPE.fullmatch(_media_type(media)):
        found.append(Problem("datacontenttype", "content_type_unsupported", {"raw": media[:60]}))
    return found


def _time(event: Mapping[str, Any], problems: list[Problem]) -> datetime | None:
    value = event.get("time")
    if value is None or value == "":
        return None
    try:
        return parse_rfc3339(value if isinstance(value, str) else str(value))
    except Unreadable as fault:
        problems.append(fault.problem("time"))
        return None


def _kind(event: Mapping[str, Any], problems: list[Problem]) -> EventType | None:
    code = event.get("type")
    if not isinstance(code, str) or not code:
        return None
    known = [kind.code for kind in event_types()]
    if code in known:
        return event_type(code)
    problems.append(
        Problem(
            "type", "event_type_unknown", {"raw": _CONTROL.sub("?", code[:60]), "known": "、".join(known)}
        )
    )
    return None


def _data(event: Mapping[str, Any], kind: EventType | None, problems: list[Problem]) -> Mapping[str, Any]:
    data = event.get("data")
    if not isinstance(data, dict):
        problems.append(Problem("data", "data_not_object"))
        return {}
    if kind is None:
        return {}
    checked = validate_data(kind, data)
    problems += [Problem(f"data.{item.field}", item.code, item.facts) for item in checked.problems]
    return checked.data


def _once_per_place(problems: list[Problem]) -> list[Problem]:
    """Leave out what only follows from an earlier problem at the same place (a value taken out)."""
    places = {problem.field for problem in problems if problem.code.startswith("json_")}
    tails = {re.sub(r"^\$(\[\d+\])?\.", "", place) for place in places}
    return [item for item in problems if item.field not in tails or item.code.startswith("json_")]
