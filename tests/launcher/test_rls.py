import pytest
from django.db import connection
@pytest.mark.django_db
def test_it_connects():
    with connection.cursor() as c:
        c.execute("select current_user, (select count(*) from information_schema.tables where table_schema='public'), version()")
        print(c.fetchone())
@pytest.mark.django_db(transaction=True)
def test_it_connects2():
    with connection.cursor() as c:
        c.execute("select current_user")
        print(c.fetchone())
