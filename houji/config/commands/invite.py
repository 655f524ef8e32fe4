"""``houji invite``: creates an administrator and prints the link by which they set a password."""

from __future__ import annotations

import argparse

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from houji.access.actions import create_user, invite_user
from houji.access.types import Role, product_actor
from houji.config.cli.company import chosen_company
from houji.config.serving import chosen_port

HELP = _("新建管理员，打印设置密码的链接")


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("login", metavar="LOGIN", help=gettext("登录用的手机号、邮箱或名字"))
    parser.add_argument("--name", metavar="NAME", help=gettext("姓名，默认与登录名相同"))
    parser.add_argument("--company", metavar="CODE", help=gettext("公司代码；只有一家时可省略"))


def run(options: argparse.Namespace) -> int:
    """Create the person and print the link; refuses with LoginTaken."""
    actor = product_actor(chosen_company(options.company), "houji invite")
    user = create_user(
        actor=actor, login=options.login, name=options.name or options.login, roles=[Role.ADMIN]
    )
    secret = invite_user(actor=actor, user_id=user.id, now=timezone.now())
    print(gettext("14 天内打开这个链接，设置密码："))
    print(f"http://127.0.0.1:{chosen_port()}/console/invitation/{secret}")
    return 0
