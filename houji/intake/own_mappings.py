"""The mappings a company keeps for its own files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from houji.intake.mapping.document import FileMapping, parse_mapping
from houji.intake.models import NamedMapping
from houji.kernel.ids import CompanyId


def own_mappings() -> list[FileMapping]:
    """Return the current company's mappings, by code."""
    documents = NamedMapping.objects.order_by("code").values_list("document", flat=True)
    return [parse_mapping(document) for document in documents]


def keep_mapping(company_id: CompanyId, document: Mapping[str, Any]) -> FileMapping:
    """Keep a mapping under its code, in place of an earlier one; refuses as ``parse_mapping`` does."""
    mapping = parse_mapping(document)
    NamedMapping.objects.update_or_create(
        company_id=company_id, code=mapping.code, defaults={"document": dict(document)}
    )
    return mapping
