CREATE VIEW ledger_violations WITH (security_invoker = true) AS
WITH folded AS (
    SELECT company_id, account_id, count(*) AS entries, max(seq) AS last_seq, min(seq) AS first_seq,
           sum(available_delta) AS available, sum(pending_delta) AS pending,
           coalesce(sum(points) FILTER (WHERE kind IN ('accrue', 'clawback')), 0) AS earned
    FROM ledger_entry GROUP BY company_id, account_id
), stocked AS (
    SELECT company_id, account_id, count(*) AS lots,
           coalesce(sum(remaining) FILTER (WHERE active), 0) AS available,
           coalesce(sum(remaining) FILTER (WHERE NOT active), 0) AS pending,
           min(least(expires_at, CASE WHEN active THEN NULL ELSE available_at END))
               FILTER (WHERE open) AS next_due_at
    FROM ledger_lot GROUP BY company_id, account_id
), running AS (
    SELECT company_id, account_id, seq, kind, points, available_delta, pending_delta,
           available_after, pending_after, parts, reverses_seq,
           coalesce(lag(available_after) OVER w, 0) AS available_before,
           coalesce(lag(pending_after) OVER w, 0) AS pending_before,
           booked_at < lag(booked_at) OVER w AS booked_backwards
    FROM ledger_entry WINDOW w AS (PARTITION BY account_id ORDER BY seq)
), moved AS (
    SELECT account_id, lot_id, sum(points) AS points FROM ledger_lotmove GROUP BY account_id, lot_id
), moved_by AS (
    SELECT account_id, seq, sum(points) AS points FROM ledger_lotmove GROUP BY account_id, seq
), made_by AS (
    SELECT account_id, entry_seq, sum(original) AS points FROM ledger_lot GROUP BY account_id, entry_seq
)
SELECT account.company_id, account.account_id, 'balance_is_the_sum_of_entries' AS rule,
       format('stored %s + %s pending, entries say %s + %s', account.available, account.pending,
              coalesce(folded.available, 0), coalesce(folded.pending, 0)) AS detail
FROM ledger_account AS account LEFT JOIN folded USING (account_id)
WHERE (account.available, account.pending, account.earned_net)
      IS DISTINCT FROM
      (coalesce(folded.available, 0), coalesce(folded.pending, 0), coalesce(folded.earned, 0))
UNION ALL
SELECT account.company_id, account.account_id, 'balance_is_the_sum_of_lots',
       format('stored %s + %s pending, lots hold %s + %s', account.available, account.pending,
              coalesce(stocked.available, 0), coalesce(stocked.pending, 0))
FROM ledger_account AS account LEFT JOIN stocked USING (account_id)
WHERE (account.available, account.pending)
      IS DISTINCT FROM (coalesce(stocked.available, 0), coalesce(stocked.pending, 0))
   OR account.lots_count <> coalesce(stocked.lots, 0)
UNION ALL
SELECT account.company_id, account.account_id, 'next_due_is_the_earliest_of_lots',
       format('stored %s, lots say %s', account.next_due_at, stocked.next_due_at)
FROM ledger_account AS account LEFT JOIN stocked USING (account_id)
WHERE account.next_due_at IS DISTINCT FROM stocked.next_due_at
UNION ALL
SELECT account.company_id, account.account_id, 'entries_have_no_gap',
       format('seq %s, %s entries from %s to %s', account.seq, coalesce(folded.entries, 0),
              folded.first_seq, folded.last_seq)
FROM ledger_account AS account LEFT JOIN folded USING (account_id)
WHERE account.seq <> coalesce(folded.entries, 0) OR account.seq <> coalesce(folded.last_seq, 0)
UNION ALL
SELECT company_id, account_id, 'balance_after_follows',
       format('entry %s: %s %s after %s, found %s', seq, available_before, available_delta,
              available_before + available_delta, available_after)
FROM running
WHERE available_after <> available_before + available_delta
   OR pending_after <> pending_before + pending_delta
   OR available_delta + pending_delta <> points
UNION ALL
SELECT company_id, account_id, 'booking_times_never_run_backwards', format('entry %s', seq)
FROM running WHERE booked_backwards
UNION ALL
SELECT running.company_id, running.account_id, 'accrual_equals_its_lots',
       format('entry %s: %s points, lots %s', running.seq, running.points, made_by.points)
FROM running LEFT JOIN made_by
     ON made_by.account_id = running.account_id AND made_by.entry_seq = running.seq
WHERE running.points IS DISTINCT FROM made_by.points AND (running.kind = 'accrue' OR made_by.points <> 0)
UNION ALL
SELECT running.company_id, running.account_id, 'movement_equals_its_lot_moves',
       format('entry %s: %s points, moves %s', running.seq, running.points, moved_by.points)
FROM running LEFT JOIN moved_by USING (account_id, seq)
WHERE running.kind <> 'accrue' AND running.points IS DISTINCT FROM moved_by.points
UNION ALL
SELECT running.company_id, running.account_id, 'categories_sum_to_points', format('entry %s', running.seq)
FROM running
WHERE running.kind IN ('accrue', 'clawback')
  AND running.points <> coalesce((SELECT sum(value::bigint) FROM jsonb_each_text(running.parts)), 0)
UNION ALL
SELECT running.company_id, running.account_id, 'clawback_has_its_accrual',
       format('entry %s takes back %s of entry %s', running.seq, running.points, running.reverses_seq)
FROM running LEFT JOIN ledger_entry AS accrual
     ON accrual.account_id = running.account_id AND accrual.seq = running.reverses_seq
WHERE running.kind = 'clawback'
  AND (accrual.kind IS DISTINCT FROM 'accrue' OR accrual.points < -running.points)
UNION ALL
SELECT lot.company_id, lot.account_id, 'lot_is_original_plus_moves',
       format('lot %s: %s of %s, moves %s', lot.lot_id, lot.remaining, lot.original,
              coalesce(moved.points, 0))
FROM ledger_lot AS lot LEFT JOIN moved USING (account_id, lot_id)
WHERE lot.remaining <> lot.original + coalesce(moved.points, 0)
UNION ALL
SELECT entry.company_id, entry.account_id, 'rows_have_their_account', 'entries without an account'
FROM ledger_entry AS entry LEFT JOIN ledger_account AS account USING (account_id)
WHERE account.account_id IS NULL GROUP BY entry.company_id, entry.account_id
UNION ALL
SELECT lot.company_id, lot.account_id, 'rows_have_their_account', 'lots without an account'
FROM ledger_lot AS lot LEFT JOIN ledger_account AS account USING (account_id)
WHERE account.account_id IS NULL GROUP BY lot.company_id, lot.account_id
UNION ALL
SELECT account.company_id, account.account_id, 'account_has_its_key', 'holder and key disagree'
FROM ledger_account AS account LEFT JOIN ledger_accountkey AS key USING (account_id)
WHERE (account.company_id, account.unit_id, account.holder_id)
      IS DISTINCT FROM (key.company_id, key.unit_id, key.holder_id)
UNION ALL
SELECT company_id, account_id, 'points_are_within_bounds', format('lot %s', lot_id)
FROM ledger_lot WHERE remaining < 0 OR remaining > original OR open <> (remaining > 0)
