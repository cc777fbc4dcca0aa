-- The main road: from an HTTP event to a delivered, explained, measured message.
-- Time-partitioned tables use UUIDv7 ids: the id carries the time, so a range over ids is a range over time, the primary
-- key is the id alone, and a look-up by id prunes to one partition.

-- ---------------------------------------------------------------- time and ids
CREATE FUNCTION uuid_floor(at timestamptz) RETURNS uuid LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN (lpad(to_hex(floor(extract(epoch FROM at) * 1000)::bigint), 12, '0') || '00000000000000000000')::uuid;

-- Creates the partition of `parent` that covers the month of `at`, when it is missing.
CREATE FUNCTION ensure_month_partition(parent text, at timestamptz) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  lo timestamptz := date_trunc('month', at AT TIME ZONE 'UTC') AT TIME ZONE 'UTC';
  hi timestamptz := (date_trunc('month', at AT TIME ZONE 'UTC') + interval '1 month') AT TIME ZONE 'UTC';
  child text := parent || '_' || to_char(at AT TIME ZONE 'UTC', 'YYYYMM');
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('partition:' || child));
  IF to_regclass(child) IS NULL THEN
    EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)', child, parent, uuid_floor(lo), uuid_floor(hi));
  END IF;
  RETURN child;
END $$;

-- ---------------------------------------------------------------- control
-- One row. Gate transactions read it FOR SHARE; pause, emergency stop and shadow mode update it and so wait for open gates.
CREATE TABLE control (
  id smallint PRIMARY KEY DEFAULT 1 CHECK (id = 1),
  epoch bigint NOT NULL DEFAULT 1,
  sending_paused boolean NOT NULL DEFAULT false,
  paused_reason text,
  shadow_mode boolean NOT NULL DEFAULT false,
  catalog_epoch bigint NOT NULL DEFAULT 1,
  company jsonb NOT NULL DEFAULT '{"name":"Tact","timezone":"UTC","locale":"en"}',
  updated_at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO control DEFAULT VALUES;

-- ---------------------------------------------------------------- people of the company
CREATE TABLE user_account (
  id uuid PRIMARY KEY,
  email text NOT NULL UNIQUE,
  name text NOT NULL,
  password_hash text,
  role text NOT NULL,
  created_at timestamptz NOT NULL,
  disabled_at timestamptz
);
CREATE TABLE user_session (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES user_account(id),
  created_at timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  revoked_at timestamptz,
  ip text,
  user_agent text
);
CREATE INDEX user_session_user_idx ON user_session (user_id);
CREATE TABLE sign_in_attempt (
  bucket text PRIMARY KEY,
  failures int NOT NULL,
  window_started_at timestamptz NOT NULL
);
CREATE TABLE invitation (
  token_hash bytea PRIMARY KEY,
  email text,
  role text NOT NULL,
  created_by uuid REFERENCES user_account(id),
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  used_at timestamptz
);

-- ---------------------------------------------------------------- sources and keys
CREATE TABLE source (
  id uuid PRIMARY KEY,
  key text NOT NULL UNIQUE,
  name text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('server', 'browser', 'import')),
  trigger_max_age_ms bigint NOT NULL DEFAULT 3600000,
  allowed_origins text[] NOT NULL DEFAULT '{}',
  hmac_secret bytea,
  created_at timestamptz NOT NULL,
  disabled_at timestamptz
);
CREATE TABLE api_key (
  id uuid PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('write', 'api')),
  source_id uuid NOT NULL REFERENCES source(id),
  name text NOT NULL,
  prefix text NOT NULL,
  key_hash bytea NOT NULL UNIQUE,
  scopes text[] NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL,
  last_used_at timestamptz,
  revoked_at timestamptz
);
CREATE TABLE idempotency_record (
  api_key_id uuid NOT NULL REFERENCES api_key(id),
  key text NOT NULL,
  route text NOT NULL,
  body_hash bytea NOT NULL,
  status int,
  response jsonb,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (api_key_id, key)
);

-- ---------------------------------------------------------------- events
-- `actor` is the identity the event speaks of: 16 bytes of sha256('u:' + userId) or sha256('a:' + anonymousId). An event is
-- never rewritten: a customer's events are those of all identities that point to the customer, before and after a merge.
-- (Plural, since the queue keeps a table `event` in its own schema on the same search path.)
CREATE TABLE events (
  id uuid NOT NULL,
  actor uuid NOT NULL,
  occurred_at timestamptz NOT NULL,
  received_at timestamptz NOT NULL,
  source_id uuid NOT NULL,
  message_key uuid NOT NULL,
  type text NOT NULL,
  name text,
  historical boolean NOT NULL DEFAULT false,
  verified boolean NOT NULL DEFAULT true,
  payload json NOT NULL,
  PRIMARY KEY (id)
) PARTITION BY RANGE (id);
CREATE TABLE events_default PARTITION OF events DEFAULT;
CREATE INDEX events_actor_idx ON events (actor, occurred_at);

-- Every (source, messageId) ever accepted, as 16 bytes of its sha256: de-duplication for ever.
CREATE TABLE event_ledger (message_key uuid NOT NULL PRIMARY KEY) PARTITION BY HASH (message_key);
CREATE TABLE event_ledger_0 PARTITION OF event_ledger FOR VALUES WITH (MODULUS 4, REMAINDER 0);
CREATE TABLE event_ledger_1 PARTITION OF event_ledger FOR VALUES WITH (MODULUS 4, REMAINDER 1);
CREATE TABLE event_ledger_2 PARTITION OF event_ledger FOR VALUES WITH (MODULUS 4, REMAINDER 2);
CREATE TABLE event_ledger_3 PARTITION OF event_ledger FOR VALUES WITH (MODULUS 4, REMAINDER 3);

-- The work list. A row goes away in the transaction that processes its event.
CREATE TABLE event_pending (
  event_id uuid PRIMARY KEY,
  attempts smallint NOT NULL DEFAULT 0
) WITH (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 5000);

-- Events that were tried before; nearly always empty.
CREATE INDEX event_pending_suspect_idx ON event_pending (attempts, event_id) WHERE attempts > 0;

-- What a worker has begun and not finished: written before the work in its own commit, deleted by it. A row whose lease ran out
-- names the suspects of a crash; their attempts are counted before the next try.
CREATE TABLE event_claim (
  id uuid PRIMARY KEY,
  event_ids uuid[] NOT NULL,
  lease_until timestamptz NOT NULL
);
CREATE TABLE event_quarantine (
  event_id uuid PRIMARY KEY,
  reason text NOT NULL,
  attempts smallint NOT NULL,
  quarantined_at timestamptz NOT NULL,
  released_at timestamptz
);
CREATE TABLE event_rejection (
  source_id uuid NOT NULL,
  hour timestamptz NOT NULL,
  code text NOT NULL,
  count bigint NOT NULL,
  sample text,
  PRIMARY KEY (source_id, hour, code)
);

-- ---------------------------------------------------------------- customers
CREATE TABLE customer (
  id uuid PRIMARY KEY,
  user_id text UNIQUE,
  bucket_key text NOT NULL,
  merged_into uuid REFERENCES customer(id),
  contaminated boolean NOT NULL DEFAULT false,
  traits jsonb NOT NULL DEFAULT '{}',
  trait_times jsonb NOT NULL DEFAULT '{}',
  locale text,
  locale_source text,
  timezone text,
  timezone_source text,
  created_at timestamptz NOT NULL,
  last_seen_at timestamptz,
  erased_at timestamptz,
  search text NOT NULL DEFAULT ''
) WITH (fillfactor = 80);
CREATE INDEX customer_seen_idx ON customer (coalesce(last_seen_at, created_at) DESC, id DESC);
-- `search` is lower-case words; each word can be found by its beginning.
CREATE INDEX customer_search_idx ON customer USING gin (array_to_tsvector(array_remove(string_to_array(search, ' '), '')));
CREATE INDEX customer_timezone_idx ON customer (timezone);
CREATE INDEX customer_merged_idx ON customer (merged_into) WHERE merged_into IS NOT NULL;

CREATE TABLE identity (
  actor uuid PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('user', 'anonymous')),
  value text NOT NULL,
  customer_id uuid NOT NULL REFERENCES customer(id),
  linked_user uuid,
  created_at timestamptz NOT NULL
);
CREATE INDEX identity_customer_idx ON identity (customer_id);

-- E-mail and phone are addresses, never merge keys.
CREATE TABLE address (
  customer_id uuid NOT NULL REFERENCES customer(id),
  kind text NOT NULL CHECK (kind IN ('email', 'phone')),
  value text NOT NULL,
  address_hash uuid NOT NULL,
  verified boolean NOT NULL,
  source_id uuid,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (customer_id, kind)
);
CREATE INDEX address_hash_idx ON address (address_hash);
CREATE TABLE suppression (
  address_hash uuid PRIMARY KEY,
  reason text NOT NULL,
  created_at timestamptz NOT NULL
);

-- All signal and situation state of one customer; locked together with it before anything about the customer is decided.
CREATE TABLE customer_state (
  customer_id uuid PRIMARY KEY REFERENCES customer(id),
  state jsonb NOT NULL,
  snapshot jsonb,
  evaluated_at timestamptz
) WITH (fillfactor = 60);

CREATE TABLE signal_hit (
  customer_id uuid NOT NULL,
  signal_key text NOT NULL,
  occurred_at timestamptz NOT NULL,
  message_key uuid NOT NULL,
  hit jsonb NOT NULL
);
CREATE INDEX signal_hit_customer_idx ON signal_hit (customer_id, occurred_at);

CREATE TABLE situation_membership (
  customer_id uuid NOT NULL REFERENCES customer(id),
  situation_key text NOT NULL,
  episode int NOT NULL,
  entered_at timestamptz NOT NULL,
  score real NOT NULL,
  PRIMARY KEY (customer_id, situation_key)
);
CREATE INDEX situation_membership_key_idx ON situation_membership (situation_key, customer_id);
CREATE TABLE situation_transition (
  id uuid PRIMARY KEY,
  customer_id uuid NOT NULL,
  situation_key text NOT NULL,
  version int NOT NULL,
  kind text NOT NULL CHECK (kind IN ('entered', 'left', 'asked')),
  episode int NOT NULL,
  at timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL,
  retroactive boolean NOT NULL,
  score real NOT NULL,
  contributions jsonb NOT NULL
);
CREATE INDEX situation_transition_customer_idx ON situation_transition (customer_id, at);

-- ---------------------------------------------------------------- time
-- Everything that happens because time passes. customer_id is the nil uuid for timers of the deployment (schedules).
CREATE TABLE timer (
  kind text NOT NULL,
  customer_id uuid NOT NULL,
  ref text NOT NULL,
  due_at timestamptz NOT NULL,
  payload jsonb,
  PRIMARY KEY (customer_id, kind, ref)
) WITH (fillfactor = 80);
CREATE INDEX timer_due_idx ON timer (due_at);

-- ---------------------------------------------------------------- journeys
CREATE TABLE enrollment (
  id uuid PRIMARY KEY,
  customer_id uuid NOT NULL REFERENCES customer(id),
  journey_key text NOT NULL,
  journey_version int NOT NULL,
  entry_kind text NOT NULL,
  entry_key text NOT NULL,
  arm text NOT NULL CHECK (arm IN ('treated', 'holdout')),
  status text NOT NULL CHECK (status IN ('active', 'ended')),
  node_id text NOT NULL,
  node_entered_at timestamptz NOT NULL,
  context jsonb NOT NULL,
  fence int NOT NULL DEFAULT 0,
  entered_at timestamptz NOT NULL,
  eligible_at timestamptz,
  goal_at timestamptz,
  ended_at timestamptz,
  end_reason text,
  UNIQUE (customer_id, journey_key, entry_key)
) WITH (fillfactor = 70);
CREATE INDEX enrollment_journey_idx ON enrollment (journey_key, status, node_id);
CREATE INDEX enrollment_entered_idx ON enrollment (journey_key, entered_at);

-- A cron occurrence of a scheduled journey being fanned out over its segment, in chunks by ascending customer id.
CREATE TABLE schedule_run (
  journey_key text NOT NULL,
  journey_version int NOT NULL,
  occurrence timestamptz NOT NULL,
  zone text NOT NULL,
  cursor uuid,
  matched bigint NOT NULL DEFAULT 0,
  finished_at timestamptz,
  PRIMARY KEY (journey_key, occurrence, zone)
);

CREATE TABLE candidate (
  id uuid PRIMARY KEY,
  customer_id uuid NOT NULL,
  enrollment_id uuid NOT NULL,
  offer jsonb NOT NULL,
  status text NOT NULL CHECK (status IN ('open', 'held', 'closed')),
  due_at timestamptz NOT NULL,
  valid_until timestamptz NOT NULL,
  attempt int NOT NULL DEFAULT 0,
  last_verdict text,
  last_guard text,
  created_at timestamptz NOT NULL,
  step_key text NOT NULL UNIQUE
) WITH (fillfactor = 70);
CREATE INDEX candidate_open_idx ON candidate (due_at) WHERE status = 'open';
CREATE INDEX candidate_customer_idx ON candidate (customer_id) WHERE status <> 'closed';

CREATE TABLE decision (
  id uuid NOT NULL,
  candidate_id uuid NOT NULL,
  customer_id uuid NOT NULL,
  enrollment_id uuid NOT NULL,
  journey_key text NOT NULL,
  journey_version int NOT NULL,
  verdict text NOT NULL,
  would_be text NOT NULL,
  guard text,
  channel text,
  hold_until timestamptz,
  decided_at timestamptz NOT NULL,
  engine_version int NOT NULL,
  -- json, not jsonb: written once for every decision, read rarely and whole
  input json NOT NULL,
  input_hash uuid NOT NULL,
  record json NOT NULL,
  PRIMARY KEY (id)
) PARTITION BY RANGE (id);
CREATE TABLE decision_default PARTITION OF decision DEFAULT;
CREATE INDEX decision_customer_idx ON decision (customer_id, id);
CREATE INDEX decision_journey_idx ON decision (journey_key, id);

-- ---------------------------------------------------------------- messages
-- Narrow and unpartitioned: every unique key lives here, caps and cooldowns count here. state `withheld` is a ghost: what a
-- held-out customer would have been sent.
CREATE TABLE send_ledger (
  id uuid PRIMARY KEY,
  step_key text NOT NULL UNIQUE,
  customer_id uuid NOT NULL,
  enrollment_id uuid NOT NULL,
  decision_id uuid NOT NULL,
  journey_key text NOT NULL,
  journey_version int NOT NULL,
  node_id text NOT NULL,
  rung int,
  response_key text NOT NULL,
  response_version int NOT NULL,
  intent text NOT NULL,
  channel text NOT NULL,
  class text NOT NULL,
  purpose text NOT NULL,
  topic text NOT NULL,
  address_hash uuid,
  -- one run (schedule occurrence, incident, API call) reaches a shared address once per step
  address_key uuid UNIQUE,
  state text NOT NULL CHECK (state IN ('pending', 'sending', 'sent', 'delivered', 'failed', 'unknown', 'held', 'cancelled', 'withheld')),
  reason text,
  created_at timestamptz NOT NULL,
  state_at timestamptz NOT NULL,
  deadline_at timestamptz NOT NULL,
  gate_epoch bigint NOT NULL,
  fence int NOT NULL DEFAULT 0,
  lease_until timestamptz,
  attempts smallint NOT NULL DEFAULT 0,
  in_flight_at_pause boolean NOT NULL DEFAULT false,
  provider text,
  provider_message_id text,
  clicked_at timestamptz
) WITH (fillfactor = 70);
CREATE INDEX send_ledger_customer_idx ON send_ledger (customer_id, created_at);
CREATE INDEX send_ledger_work_idx ON send_ledger (state, lease_until) WHERE state IN ('pending', 'sending', 'unknown');
CREATE INDEX send_ledger_journey_idx ON send_ledger (journey_key, created_at);
CREATE INDEX send_ledger_provider_idx ON send_ledger (provider_message_id) WHERE provider_message_id IS NOT NULL;

CREATE TABLE message_body (
  id uuid NOT NULL,
  customer_id uuid NOT NULL,
  channel text NOT NULL,
  locale text,
  recipient text,
  subject text,
  html text,
  body text,
  content jsonb NOT NULL DEFAULT '{}',
  content_hash uuid NOT NULL,
  expires_at timestamptz,
  seen_at timestamptz,
  PRIMARY KEY (id)
) PARTITION BY RANGE (id);
CREATE TABLE message_body_default PARTITION OF message_body DEFAULT;
CREATE INDEX message_body_customer_idx ON message_body (customer_id, id);

-- How much held help was let go in each minute, so that the end of an incident or of quiet hours does not become a burst.
CREATE TABLE release_meter (
  minute timestamptz PRIMARY KEY,
  released int NOT NULL
);

-- What a provider told about a message: append-only, applied by rank, replays change nothing.
CREATE TABLE message_receipt (
  id uuid PRIMARY KEY,
  message_id uuid NOT NULL,
  kind text NOT NULL,
  at timestamptz NOT NULL,
  provider text NOT NULL,
  provider_event_id text NOT NULL,
  detail jsonb NOT NULL DEFAULT '{}',
  UNIQUE (provider, provider_event_id)
);
CREATE INDEX message_receipt_message_idx ON message_receipt (message_id);

-- The sandbox provider: every e-mail of the embedded default ends here. The primary key makes it idempotent.
CREATE TABLE sandbox_mail (
  message_id uuid PRIMARY KEY,
  accepted_at timestamptz NOT NULL,
  sender text NOT NULL,
  recipient text NOT NULL,
  subject text NOT NULL,
  html text,
  body text NOT NULL,
  headers jsonb NOT NULL
);
CREATE INDEX sandbox_mail_accepted_idx ON sandbox_mail (accepted_at DESC, message_id DESC);

-- ---------------------------------------------------------------- consent and preferences
CREATE TABLE consent_entry (
  id uuid PRIMARY KEY,
  customer_id uuid NOT NULL,
  purpose text NOT NULL,
  channel text NOT NULL,
  state text NOT NULL CHECK (state IN ('granted', 'denied', 'withdrawn', 'pending')),
  basis text NOT NULL,
  source text NOT NULL,
  actor text NOT NULL,
  text_version text,
  locale text,
  proof jsonb NOT NULL DEFAULT '{}',
  occurred_at timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL
);
CREATE INDEX consent_entry_customer_idx ON consent_entry (customer_id, purpose, channel, occurred_at);
CREATE TABLE preference (
  customer_id uuid PRIMARY KEY,
  topics_off text[] NOT NULL DEFAULT '{}',
  channels_off text[] NOT NULL DEFAULT '{}',
  preferred_channel text,
  quiet_hours jsonb,
  snoozed_until timestamptz,
  help_off boolean NOT NULL DEFAULT false,
  updated_at timestamptz NOT NULL
);
-- "Not now" and "no thanks" to one kind of help.
CREATE TABLE help_reaction (
  id uuid PRIMARY KEY,
  customer_id uuid NOT NULL,
  intent text NOT NULL,
  topic text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('accepted', 'snoozed', 'declined', 'turned_off')),
  until timestamptz,
  message_id uuid,
  at timestamptz NOT NULL
);
CREATE INDEX help_reaction_customer_idx ON help_reaction (customer_id, at);

-- ---------------------------------------------------------------- orders, cases, outcomes, incidents, tasks
CREATE TABLE order_record (
  id uuid PRIMARY KEY,
  customer_id uuid NOT NULL,
  source_id uuid NOT NULL,
  order_id text NOT NULL,
  ordered_at timestamptz NOT NULL,
  amount numeric(20, 4) NOT NULL,
  amount_at timestamptz,
  currency text NOT NULL,
  quantity int,
  status text NOT NULL,
  status_at timestamptz NOT NULL,
  UNIQUE (source_id, order_id)
);
CREATE INDEX order_record_customer_idx ON order_record (customer_id, ordered_at);
CREATE TABLE case_record (
  id uuid PRIMARY KEY,
  customer_id uuid NOT NULL,
  source_id uuid NOT NULL,
  case_id text NOT NULL,
  channel text NOT NULL,
  case_type text NOT NULL,
  issue_key text NOT NULL,
  priority text,
  opened_at timestamptz NOT NULL,
  first_resolved_at timestamptz,
  resolved_at timestamptz,
  reopened_count int NOT NULL DEFAULT 0,
  made_sla boolean,
  status text NOT NULL CHECK (status IN ('open', 'resolved')),
  status_at timestamptz NOT NULL,
  UNIQUE (source_id, case_id)
);
CREATE INDEX case_record_customer_idx ON case_record (customer_id, opened_at);
CREATE TABLE outcome (
  id uuid PRIMARY KEY,
  customer_id uuid NOT NULL,
  enrollment_id uuid,
  message_id uuid,
  journey_key text,
  arm text,
  kind text NOT NULL,
  at timestamptz NOT NULL,
  key text NOT NULL UNIQUE,
  detail jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX outcome_customer_idx ON outcome (customer_id, at);
CREATE INDEX outcome_journey_idx ON outcome (journey_key, kind, at);
CREATE INDEX outcome_message_idx ON outcome (message_id) WHERE message_id IS NOT NULL;
CREATE TABLE incident (
  id uuid PRIMARY KEY,
  title text NOT NULL,
  scope jsonb NOT NULL,
  status text NOT NULL CHECK (status IN ('open', 'resolved')),
  opened_at timestamptz NOT NULL,
  opened_by text NOT NULL,
  resolved_at timestamptz
);
CREATE TABLE task (
  id uuid PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('review', 'handoff')),
  customer_id uuid NOT NULL,
  enrollment_id uuid NOT NULL,
  candidate_id uuid,
  queue text NOT NULL,
  priority int NOT NULL,
  title text NOT NULL,
  context jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  due_at timestamptz,
  claimed_by uuid,
  closed_at timestamptz,
  resolution text,
  step_key text NOT NULL UNIQUE
);
CREATE INDEX task_open_idx ON task (queue, due_at) WHERE closed_at IS NULL;
CREATE TABLE survey_answer (
  id uuid PRIMARY KEY,
  message_id uuid NOT NULL UNIQUE,
  customer_id uuid NOT NULL,
  survey text NOT NULL,
  score int NOT NULL,
  comment text,
  answered_at timestamptz NOT NULL
);

-- ---------------------------------------------------------------- governance
CREATE TABLE artifact (
  id uuid PRIMARY KEY,
  kind text NOT NULL,
  key text NOT NULL,
  name text NOT NULL,
  live_version int,
  created_at timestamptz NOT NULL,
  retired_at timestamptz,
  suspended_at timestamptz,
  suspended_reason text,
  UNIQUE (kind, key)
);
CREATE TABLE artifact_version (
  artifact_id uuid NOT NULL REFERENCES artifact(id),
  version int NOT NULL,
  status text NOT NULL CHECK (status IN ('draft', 'submitted', 'approved', 'rejected', 'live', 'superseded', 'retired')),
  content jsonb NOT NULL,
  content_hash uuid NOT NULL,
  revision int NOT NULL DEFAULT 1,
  authors uuid[] NOT NULL,
  note text,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  submitted_at timestamptz,
  submitted_by uuid,
  approved_at timestamptz,
  live_at timestamptz,
  PRIMARY KEY (artifact_id, version)
);
CREATE UNIQUE INDEX artifact_version_one_draft_idx ON artifact_version (artifact_id) WHERE status = 'draft';
CREATE TABLE approval (
  id uuid PRIMARY KEY,
  artifact_id uuid NOT NULL,
  version int NOT NULL,
  approver_id uuid NOT NULL REFERENCES user_account(id),
  verdict text NOT NULL CHECK (verdict IN ('approved', 'rejected', 'changes_requested')),
  comment text NOT NULL,
  content_hash uuid NOT NULL,
  at timestamptz NOT NULL,
  FOREIGN KEY (artifact_id, version) REFERENCES artifact_version(artifact_id, version)
);
CREATE INDEX approval_version_idx ON approval (artifact_id, version);
CREATE TABLE definition_fault (
  kind text NOT NULL,
  key text NOT NULL,
  version int NOT NULL,
  count bigint NOT NULL,
  message text NOT NULL,
  last_at timestamptz NOT NULL,
  PRIMARY KEY (kind, key, version)
);

CREATE TABLE audit_entry (
  seq bigint PRIMARY KEY,
  at timestamptz NOT NULL,
  actor_kind text NOT NULL,
  actor_id text NOT NULL,
  action text NOT NULL,
  object_kind text NOT NULL,
  object_id text NOT NULL,
  ip text,
  before json,
  after json,
  prev_hash bytea NOT NULL,
  hash bytea NOT NULL
);
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$;
CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE ON audit_entry FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_entry_no_truncate BEFORE TRUNCATE ON audit_entry FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER consent_entry_append_only BEFORE UPDATE ON consent_entry FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- ---------------------------------------------------------------- what the workers did
-- One row a batch: exactly what was evaluated, at which `now`, so that the same inputs can be run through the simulator.
CREATE TABLE evaluation_log (
  id uuid PRIMARY KEY,
  kind text NOT NULL,
  now timestamptz NOT NULL,
  catalog_epoch bigint NOT NULL,
  event_ids uuid[] NOT NULL DEFAULT '{}',
  timers jsonb NOT NULL DEFAULT '[]',
  candidate_ids uuid[] NOT NULL DEFAULT '{}',
  customer_ids uuid[] NOT NULL DEFAULT '{}',
  detail jsonb
);
