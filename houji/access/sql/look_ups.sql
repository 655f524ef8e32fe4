-- Sign-in, API keys and public addresses are looked up before any tenant is known. These functions run
-- as the tables' owner, whom the policies below let see every row; the application's role is not the
-- owner and sees nothing without its company.
CREATE POLICY look_up ON access_user FOR SELECT TO CURRENT_USER USING (true);
CREATE POLICY look_up ON access_apikey FOR SELECT TO CURRENT_USER USING (true);
CREATE POLICY look_up ON access_company TO CURRENT_USER USING (true) WITH CHECK (true);

CREATE FUNCTION access_user_by_login(wanted text) RETURNS SETOF access_user LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    SELECT * FROM access_user WHERE login = wanted
$$;

CREATE FUNCTION access_user_by_id(wanted bigint) RETURNS SETOF access_user LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    SELECT * FROM access_user WHERE id = wanted
$$;

CREATE FUNCTION access_user_by_invitation(wanted bytea) RETURNS SETOF access_user LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    SELECT * FROM access_user WHERE invitation_digest = wanted
$$;

CREATE FUNCTION access_key_by_digest(wanted bytea) RETURNS SETOF access_apikey LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    SELECT * FROM access_apikey WHERE digest = wanted AND revoked_at IS NULL
$$;

CREATE FUNCTION access_company_by_code(wanted text) RETURNS SETOF access_company LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    SELECT * FROM access_company WHERE code = wanted
$$;

CREATE FUNCTION access_companies() RETURNS SETOF access_company LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    SELECT * FROM access_company
$$;

CREATE FUNCTION access_found_company(new_code text, new_name text, demo boolean) RETURNS bigint LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    INSERT INTO access_company (code, name, time_zone, is_demo)
    VALUES (new_code, new_name, 'Asia/Shanghai', demo) RETURNING id
$$;
