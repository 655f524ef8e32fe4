"""The refusals of connect: files that cannot be read, each with the way out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from houji.kernel.refusals import Kind, Refusal


@dataclass
class FileEmpty(Refusal):
    """The file or sheet holds nothing."""

    name: str

    code: ClassVar[str] = "file_empty"
    kind: ClassVar[Kind] = Kind.UNPROCESSABLE
    text: ClassVar[str | Promise] = _("「{name}」里没有内容。")
    way_out: ClassVar[str | Promise] = _("检查文件或工作表，重新导出。")


@dataclass
class FileKindUnsupported(Refusal):
    """The content is neither a table nor a workbook; ``found`` says what it is, in words."""

    name: str
    found: str

    code: ClassVar[str] = "file_kind_unsupported"
    kind: ClassVar[Kind] = Kind.UNPROCESSABLE
    text: ClassVar[str | Promise] = _("「{name}」的内容是{found}，不是表格文件。")
    way_out: ClassVar[str | Promise] = _("用 Excel 或 WPS 打开，另存为 .xlsx 或 CSV。")


@dataclass
class FileTooLarge(Refusal):
    """The file is larger than is read."""

    name: str
    limit_mb: int

    code: ClassVar[str] = "file_too_large"
    kind: ClassVar[Kind] = Kind.TOO_LARGE
    text: ClassVar[str | Promise] = _("「{name}」超过 {limit_mb} MB。")
    way_out: ClassVar[str | Promise] = _("拆成几个文件，或另存为 CSV。")


@dataclass
class WorkbookUnpacksTooLarge(Refusal):
    """The workbook unpacks to far more than a table needs: perhaps a zip bomb."""

    name: str
    limit_mb: int

    code: ClassVar[str] = "workbook_unpacks_too_large"
    kind: ClassVar[Kind] = Kind.TOO_LARGE
    text: ClassVar[str | Promise] = _("「{name}」解压后超过 {limit_mb} MB，没有读取。")
    way_out: ClassVar[str | Promise] = _("只留需要的工作表和列，或另存为 CSV。")


@dataclass
class SheetTooLarge(Refusal):
    """The sheet spans more cells than are read at once, perhaps because of one stray far cell."""

    sheet: str
    rows: int
    columns: int

    code: ClassVar[str] = "sheet_too_large"
    kind: ClassVar[Kind] = Kind.TOO_LARGE
    text: ClassVar[str | Promise] = _("工作表「{sheet}」有 {rows} 行 {columns} 列，太大。")
    way_out: ClassVar[str | Promise] = _("删去表格以外的单元格，或另存为 CSV。")


@dataclass
class WorkbookUnreadable(Refusal):
    """The workbook is damaged."""

    name: str

    code: ClassVar[str] = "workbook_unreadable"
    kind: ClassVar[Kind] = Kind.UNPROCESSABLE
    text: ClassVar[str | Promise] = _("「{name}」已损坏，读不出来。")
    way_out: ClassVar[str | Promise] = _("用 Excel 或 WPS 打开修复，另存为 .xlsx。")


@dataclass
class WorkbookEncrypted(Refusal):
    """The workbook needs a password."""

    name: str

    code: ClassVar[str] = "workbook_encrypted"
    kind: ClassVar[Kind] = Kind.UNPROCESSABLE
    text: ClassVar[str | Promise] = _("「{name}」有打开密码。")
    way_out: ClassVar[str | Promise] = _("去掉密码后另存，再上传。")


@dataclass
class SheetNotFound(Refusal):
    """The workbook has no sheet of this name."""

    sheet: str
    found: str

    code: ClassVar[str] = "sheet_not_found"
    kind: ClassVar[Kind] = Kind.NOT_FOUND
    text: ClassVar[str | Promise] = _("没有工作表「{sheet}」。")
    way_out: ClassVar[str | Promise] = _("可选：{found}。")


@dataclass
class HeaderMerged(Refusal):
    """Cells of the header row are merged, so that columns have no names of their own."""

    sheet: str
    row: int
    cells: str

    code: ClassVar[str] = "header_merged"
    kind: ClassVar[Kind] = Kind.UNPROCESSABLE
    text: ClassVar[str | Promise] = _("工作表「{sheet}」第 {row} 行的表头有合并单元格：{cells}。")
    way_out: ClassVar[str | Promise] = _("删去标题行，取消合并，让每一列各有一个列名。")


@dataclass
class TextUndecodable(Refusal):
    """The text has bytes that are not of its encoding."""

    row: int
    encoding: str

    code: ClassVar[str] = "text_undecodable"
    kind: ClassVar[Kind] = Kind.UNPROCESSABLE
    text: ClassVar[str | Promise] = _("第 {row} 行有不属于 {encoding} 编码的字节。")
    way_out: ClassVar[str | Promise] = _("改正这一行，或用 Excel 另存为「CSV UTF-8」。")


@dataclass
class TextHasNul(Refusal):
    """The text has NUL characters: it is no text, or was damaged on the way."""

    row: int

    code: ClassVar[str] = "text_has_nul"
    kind: ClassVar[Kind] = Kind.UNPROCESSABLE
    text: ClassVar[str | Promise] = _("第 {row} 行含有 NUL 字符，文件可能已损坏。")
    way_out: ClassVar[str | Promise] = _("重新导出，或用 Excel 另存为「CSV UTF-8」。")


@dataclass
class QuotesUnbalanced(Refusal):
    """The quotes of a row do not close, so that it is unclear where its cells end."""

    row: int

    code: ClassVar[str] = "quotes_unbalanced"
    kind: ClassVar[Kind] = Kind.UNPROCESSABLE
    text: ClassVar[str | Promise] = _("第 {row} 行的引号没有配对。")
    way_out: ClassVar[str | Promise] = _("补上或删去引号；值里的引号写成两个。")


@dataclass
class CellTooLong(Refusal):
    """A cell is longer than any cell of a business table, as a quote that never closes makes it."""

    row: int
    limit: int

    code: ClassVar[str] = "cell_too_long"
    kind: ClassVar[Kind] = Kind.UNPROCESSABLE
    text: ClassVar[str | Promise] = _("第 {row} 行有超过 {limit} 个字符的值，可能是引号没有配对。")
    way_out: ClassVar[str | Promise] = _("检查这一行的引号，重新导出。")


@dataclass
class ImportNotFound(Refusal):
    """The company has no import of this number."""

    import_id: int

    code: ClassVar[str] = "import_not_found"
    kind: ClassVar[Kind] = Kind.NOT_FOUND
    text: ClassVar[str | Promise] = _("没有编号为 {import_id} 的导入。")
    way_out: ClassVar[str | Promise] = _("回到导入列表重新选择。")


@dataclass
class ImportBusy(Refusal):
    """The import is being worked on at this moment."""

    name: str

    code: ClassVar[str] = "import_busy"
    kind: ClassVar[Kind] = Kind.CONFLICT
    text: ClassVar[str | Promise] = _("「{name}」正在处理。")
    way_out: ClassVar[str | Promise] = _("等进度走完再操作。")


@dataclass
class ImportClosed(Refusal):
    """The import has posted already, so that nothing about it can be chosen any more."""

    name: str

    code: ClassVar[str] = "import_closed"
    kind: ClassVar[Kind] = Kind.CONFLICT
    text: ClassVar[str | Promise] = _("「{name}」已经入账，不能再改。")
    way_out: ClassVar[str | Promise] = _("整批冲正后重新上传。")


@dataclass
class MappingNotChosen(Refusal):
    """The import does not know yet what the columns mean."""

    name: str

    code: ClassVar[str] = "mapping_not_chosen"
    text: ClassVar[str | Promise] = _("「{name}」还没有对应列。")
    way_out: ClassVar[str | Promise] = _("先选一个映射，或逐列对应。")


@dataclass
class NotPreviewed(Refusal):
    """Only what was previewed is posted."""

    name: str

    code: ClassVar[str] = "import_not_previewed"
    kind: ClassVar[Kind] = Kind.CONFLICT
    text: ClassVar[str | Promise] = _("「{name}」还没有预览。")
    way_out: ClassVar[str | Promise] = _("先预览，确认后再入账。")


@dataclass
class NothingPosted(Refusal):
    """The import has posted nothing that could be taken back."""

    name: str

    code: ClassVar[str] = "import_nothing_posted"
    kind: ClassVar[Kind] = Kind.CONFLICT
    text: ClassVar[str | Promise] = _("「{name}」没有入账，无需冲正。")
    way_out: ClassVar[str | Promise] = _("回到导入列表查看状态。")


@dataclass
class MappingNotFound(Refusal):
    """No mapping has this code, neither ready-made nor the company's own."""

    mapping: str
    known: str

    code: ClassVar[str] = "mapping_not_found"
    kind: ClassVar[Kind] = Kind.NOT_FOUND
    text: ClassVar[str | Promise] = _("没有映射「{mapping}」。")
    way_out: ClassVar[str | Promise] = _("可用的映射：{known}。")


@dataclass
class MappingCodeTaken(Refusal):
    """A ready-made mapping has this code."""

    mapping: str

    code: ClassVar[str] = "mapping_code_taken"
    kind: ClassVar[Kind] = Kind.CONFLICT
    text: ClassVar[str | Promise] = _("「{mapping}」是自带映射的代码。")
    way_out: ClassVar[str | Promise] = _("换一个代码另存。")


@dataclass
class UploadGone(Refusal):
    """The file is not where it was put."""

    name: str

    code: ClassVar[str] = "upload_gone"
    kind: ClassVar[Kind] = Kind.UNPROCESSABLE
    text: ClassVar[str | Promise] = _("「{name}」的文件已不在数据目录里。")
    way_out: ClassVar[str | Promise] = _("重新上传；已入账的行不会重复。")


@dataclass
class ImportInterrupted(Refusal):
    """The work stopped for a reason that is not the file's."""

    reason: str

    code: ClassVar[str] = "import_interrupted"
    kind: ClassVar[Kind] = Kind.UNAVAILABLE
    text: ClassVar[str | Promise] = _("处理中断（{reason}）。")
    way_out: ClassVar[str | Promise] = _("再点一次继续；已入账的行不会重复。")


@dataclass
class FileMissing(Refusal):
    """There is no file at this path."""

    path: str

    code: ClassVar[str] = "file_missing"
    kind: ClassVar[Kind] = Kind.NOT_FOUND
    text: ClassVar[str | Promise] = _("没有文件「{path}」。")
    way_out: ClassVar[str | Promise] = _("核对路径和文件名。")
