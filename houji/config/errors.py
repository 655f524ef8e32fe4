"""Why Houji cannot start, each with the way out."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from houji.kernel.refusals import Kind, Refusal


@dataclasses.dataclass
class PostgresMissing(Refusal):
    """Neither DATABASE_URL nor the wheel nor a PostgreSQL of the system can be used."""

    code = "postgres.missing"
    kind = Kind.UNAVAILABLE
    text = _("没有找到可用的 PostgreSQL（15 或更高）。")
    way_out = _(
        "安装 PostgreSQL 15 或更高版本（例如 apt install postgresql），或把 DATABASE_URL 指向一台服务器。"
    )


@dataclasses.dataclass
class OtherMajor(Refusal):
    """The data directory was written by another major version of PostgreSQL."""

    code = "postgres.other_major"
    kind = Kind.CONFLICT
    text = _("数据目录 {data} 由 PostgreSQL {written} 写成，这里只有 PostgreSQL {available}，打不开它。")
    way_out = _("安装 PostgreSQL {written} 后再启动，或用 HOUJI_HOME 指定另一个目录。")

    data: Path
    written: int
    available: str


@dataclasses.dataclass
class PostgresFailed(Refusal):
    """initdb, start or stop did not succeed."""

    code = "postgres.failed"
    kind = Kind.UNAVAILABLE
    text = _("PostgreSQL 的 {step} 没有成功：{reason}")
    way_out = _("日志在 {log}。")

    step: str
    reason: str
    log: Path


@dataclasses.dataclass
class SystemUserMissing(Refusal):
    """Houji runs as root, and no unprivileged account for PostgreSQL exists or can be created."""

    code = "postgres.system_user"
    kind = Kind.UNAVAILABLE
    text = _("PostgreSQL 不能以 root 运行，也没有可用的系统用户。")
    way_out = _("新建一个系统用户（useradd --system houji），或以普通用户启动。")


@dataclasses.dataclass
class DirectoryTaken(Refusal):
    """A directory Houji needs belongs to someone else."""

    code = "home.taken"
    kind = Kind.CONFLICT
    text = _("目录 {path} 不能使用：{reason}")
    way_out = _("改用它的所有者启动，或用 HOUJI_HOME 指定另一个目录。")

    path: Path
    reason: str


@dataclasses.dataclass
class DatabaseUnreachable(Refusal):
    """The server named by DATABASE_URL, or the embedded one, does not let Houji in."""

    code = "database.unreachable"
    kind = Kind.UNAVAILABLE
    text = _("连不上数据库：{reason}")
    way_out = _("核对 DATABASE_URL 的地址、库名、用户和密码，以及服务器是否在运行。")

    reason: str


@dataclasses.dataclass
class DatabaseTooOld(Refusal):
    """The server is older than PostgreSQL 15."""

    code = "database.too_old"
    kind = Kind.UNPROCESSABLE
    text = _("服务器是 PostgreSQL {version}，厚积需要 15 或更高。")
    way_out = _("升级服务器，或让 DATABASE_URL 指向另一台。")

    version: str


@dataclasses.dataclass
class DatabaseBlind(Refusal):
    """The database's locale or encoding loses Chinese in trigram search."""

    code = "database.blind"
    kind = Kind.UNPROCESSABLE
    text = _("数据库的编码是 {encoding}、区域是 {locale}，中文搜索在这里找不到任何字。")
    way_out = _(
        "用 UTF8 编码和 C.UTF-8 区域新建数据库："
        "CREATE DATABASE … TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'。"
    )

    encoding: str
    locale: str


@dataclasses.dataclass
class RolesNotAllowed(Refusal):
    """The owner may not create the roles of app and worker; a script says what is missing."""

    code = "database.roles"
    kind = Kind.FORBIDDEN
    text = _("用户 {owner} 无权准备 houji_app 与 houji_worker 两个角色：{reason}")
    way_out = _("由管理员执行一次：psql -f {script}，然后重新启动。")

    owner: str
    reason: str
    script: Path


@dataclasses.dataclass
class PortInUse(Refusal):
    """Another program listens on the port."""

    code = "serve.port_in_use"
    kind = Kind.CONFLICT
    text = _("端口 {port} 已被占用。")
    way_out = _("停掉占用它的程序，或换一个端口：HOUJI_PORT={other} python3 run.py")

    port: int
    other: int


@dataclasses.dataclass
class BadSetting(Refusal):
    """An environment variable has a value that cannot be used."""

    code = "setting.invalid"
    kind = Kind.INVALID
    text = _("环境变量 {name} 的值「{value}」不能用：{reason}")
    way_out = _("改正它，或去掉它以使用默认值。")

    name: str
    value: str
    reason: str


@dataclasses.dataclass
class ServerEnded(Refusal):
    """The web server's process ended although nobody asked it to."""

    code = "serve.ended"
    kind = Kind.UNAVAILABLE
    text = _("网页服务意外退出（退出码 {status}）。")
    way_out = _("上面的输出说明了原因；改正后重新启动。")

    status: int


@dataclasses.dataclass
class ServerBroken(Refusal):
    """The web server runs, but answers every request with an error."""

    code = "serve.broken"
    kind = Kind.UNAVAILABLE
    text = _("网页服务启动了，却回答错误 {status}。")
    way_out = _("上面的输出说明了原因；改正后重新启动。")

    status: int


@dataclasses.dataclass
class NoCompanyYet(Refusal):
    """The installation is empty."""

    code = "company.none"
    kind = Kind.NOT_FOUND
    text = _("还没有公司。")
    way_out = _("启动厚积完成三个问题，或用 import 命令导入第一份文件。")


@dataclasses.dataclass
class CompanyUnclear(Refusal):
    """There are several companies, and the command names none."""

    known: str
    code = "company.unclear"
    kind = Kind.INVALID
    text = _("有多家公司：{known}。")
    way_out = _("用 --company 指定一家。")
