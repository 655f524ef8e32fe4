"""Who may see and do what: companies (tenants), users, roles, API keys, sign-in, the audit trail.

Every row of a tenant's data carries its company; PostgreSQL's row-level security compares it with
the setting ``houji.company``, which only ``tenant.tenant`` sets, for one transaction.
"""
