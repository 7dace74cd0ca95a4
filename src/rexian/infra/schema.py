"""What migrations share: the application's role, row-level security, and the journal's months."""

from alembic import op

from rexian.infra.tables import ROLE

_TENANT = "nullif(current_setting('rexian.tenant', true), '')::uuid"

_MAKE_ROLE = f"""
do $$ begin
  if not exists (select from pg_roles where rolname = '{ROLE}') then
    create role {ROLE} nologin nosuperuser nobypassrls nocreatedb nocreaterole;
  end if;
  if not pg_has_role(current_user, '{ROLE}', 'SET') then
    execute format('grant {ROLE} to %I', current_user);
  end if;
end $$
"""


def make_role() -> None:
    """Make the application's role where it is missing, and let the connecting user take it on."""
    op.execute(_MAKE_ROLE)
    op.execute(f"grant usage on schema public to {ROLE}")


def protect(table: str, *rights: str) -> None:
    """Put a tenant's table behind row-level security, for its owner too, and grant the application its `rights`.

    Without `rights` all four are granted; append-only tables say `protect(table, "select", "insert")`.
    """
    op.execute(f"alter table {table} enable row level security")
    op.execute(f"alter table {table} force row level security")
    op.execute(f"create policy tenant on {table} using (tenant_id = {_TENANT}) with check (tenant_id = {_TENANT})")
    op.execute(f"grant {', '.join(rights or ('select', 'insert', 'update', 'delete'))} on {table} to {ROLE}")


def protect_tenants() -> None:
    """The list of tenants can be read by all; a row is written only from inside its own tenant."""
    op.execute("alter table tenants enable row level security")
    op.execute("alter table tenants force row level security")
    op.execute("create policy listed on tenants for select using (true)")
    op.execute(f"create policy made on tenants for insert with check (id = {_TENANT})")
    op.execute(f"create policy changed on tenants for update using (id = {_TENANT}) with check (id = {_TENANT})")
    op.execute(f"grant select, insert, update on tenants to {ROLE}")


def make_journal_functions() -> None:
    """The journal's two one-round-trip doors, and the maker of its months."""
    for statement in (_APPEND, _READ, _MAKE_MONTHS):
        op.execute(statement)
    op.execute("revoke execute on function journal_make_months(int) from public")
    op.execute(f"grant execute on function journal_make_months(int) to {ROLE}")


_ENTER_TENANT = """
  if coalesce(current_setting('rexian.tenant', true), '') not in ('', p_tenant::text) then
    raise exception 'journal: this transaction belongs to another tenant' using errcode = 'insufficient_privilege';
  end if;
  perform set_config('rexian.tenant', p_tenant::text, true);
"""

# The lock makes the order of `seq` the order of commits inside a tenant, so that a reader's cursor never passes an
# entry that is still uncommitted.
_APPEND = f"""
create function journal_append(p_tenant uuid, p_entries jsonb)
returns bigint language plpgsql as $$
declare
  last bigint;
begin
  {_ENTER_TENANT}
  perform pg_advisory_xact_lock(hashtextextended('journal:' || p_tenant::text, 0));
  with made as (
    insert into journal (tenant_id, at, subject, kind, data)
    select p_tenant, coalesce((e.v ->> 0)::timestamptz, clock_timestamp()), e.v ->> 1, e.v ->> 2, e.v -> 3
    from jsonb_array_elements(p_entries) with ordinality as e(v, n)
    order by e.n
    returning seq
  ) select max(seq) into last from made;
  perform pg_notify('journal', p_tenant::text);
  return last;
end $$
"""

_READ = f"""
create function journal_read(p_tenant uuid, p_after bigint, p_limit int, p_subjects text[])
returns table (seq bigint, at timestamptz, subject text, kind text, data jsonb) language plpgsql as $$
begin
  {_ENTER_TENANT}
  if p_subjects is null then
    return query select j.seq, j.at, j.subject, j.kind, j.data from journal j
      where j.tenant_id = p_tenant and j.seq > p_after order by j.seq limit p_limit;
  else
    return query select j.seq, j.at, j.subject, j.kind, j.data from journal j
      where j.tenant_id = p_tenant and j.subject = any(p_subjects) and j.seq > p_after order by j.seq limit p_limit;
  end if;
end $$
"""

# Runs with its owner's rights: the application may ask for months to come, and for nothing else of the schema.
# Partitions get no grants: they are reached through `journal` only, where the policy stands.
_MAKE_MONTHS = """
create function journal_make_months(p_ahead int) returns int language plpgsql
security definer set search_path = public, pg_temp as $$
declare
  first date;
  made int := 0;
begin
  if p_ahead not between 0 and 24 then
    raise exception 'journal: % months ahead is not between 0 and 24', p_ahead;
  end if;
  perform pg_advisory_xact_lock(hashtextextended('journal_make_months', 0));
  for i in -1 .. p_ahead loop
    first := (date_trunc('month', now() at time zone 'UTC') + make_interval(months => i))::date;
    if to_regclass(format('public.journal_%s', to_char(first, 'YYYYMM'))) is null then
      begin
        execute format(
          'create table public.journal_%s partition of public.journal for values from (%L) to (%L)',
          to_char(first, 'YYYYMM'),
          first::timestamp at time zone 'UTC',
          (first + interval '1 month')::timestamp at time zone 'UTC');
        made := made + 1;
      exception when check_violation then
        null;  -- entries of that month stand in the default partition already, and go on to
      end;
    end if;
  end loop;
  return made;
end $$
"""
