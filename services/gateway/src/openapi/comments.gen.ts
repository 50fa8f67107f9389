// Written by scripts/write-comments.mjs from proto/. Not edited by hand.
export const COMMENTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  ErrorInfo: {
    code: 'Dotted and stable, for programs: "agent.not_found".',
    message: 'For people: what happened, why, what to do.',
    retryable: 'Whether the same request may succeed later.',
  },
  Limits: {
    turns: 'Model turns.',
    tokens: 'Input plus output tokens over all turns.',
    seconds: 'Wall time from acceptance to the end.',
    cost_usd: 'Money over all turns, in US dollars.',
  },
  Routing: {
    policy: "pin (the agent's backend), cheapest-certified, best-quality, balanced, weights.",
    weights: 'Of the policy "weights".',
    explore:
      'The most of all tasks that may be given to a backend to learn what it is worth: 0 to 0.2; 0.05 where absent.',
    budget_usd_per_task: 'What a task may cost on average; 0: no limit.',
    certified_only: 'Only backends with a certificate in force, also to learn.',
  },
  GetRoutingRequest: {
    known_revision: 'What the asker has; where nothing is newer, the answer is "unchanged" without a snapshot.',
    certified_alone: 'Only which backends are certified, and nothing learnt first.',
    beliefs: 'What is believed, instead of the snapshot that it comes from.',
    revision: 'As of this revision, and nothing learnt first; 0: the newest.',
  },
  RoutingView: {
    snapshot: 'For who decides by it: state, priors, certified backends.',
    behind: 'Runs that have ended are not learnt of yet: ask again.',
    certified: 'Backends with a certificate in force.',
    learnt: 'Runs that were learnt of, and of them those whose backend was taken to learn.',
    budget_usd_per_task: 'Of a budget; absent without one.',
    recent_cost_usd:
      'What tasks cost on average of late, and what was not spent and may be (negative where too much was).',
    classed: "Rules class the agent's tasks: who routes one that names no class asks for it.",
  },
  RoutingBelief: {
    task_class: 'Empty: of tasks without a class.',
    quality: '0 to 1, and its standard deviation.',
    runs: 'Runs of the class that the quality stands for: old ones count less.',
    failure_rate: "Share of runs that failed by the backend's fault.",
  },
  RoutingChange: {
    task_class: 'Empty with "everywhere".',
    everywhere: 'In all classes.',
    direction: 'up, down.',
    shift: 'By how much its quality changed.',
    learnt: 'Runs that were learnt of when it was noticed, and runs since it began.',
  },
  ExplainRoutingRequest: {
    verify: 'Decides again by the record.',
  },
  RoutingExplanation: {
    reason: 'In a sentence.',
    by_record: 'By what was learnt. False: all below is empty.',
    revision: 'What was learnt as of this revision.',
    draw: 'Drawn from the run\'s id, 0 to below 1: below "explore" the backend may be taken to learn.',
    explored: 'It was taken to learn, and not because it was best.',
    price: "Of a dollar that is a task's budget, in quality.",
    verification: 'Only with "verify": identical, different, or gone (what it was decided by is no longer kept).',
    difference: 'What differs, or what is gone.',
  },
  RoutedCandidate: {
    health: 'fit, recovering, open, failing.',
    score: 'Absent of those that were left out for what they lack.',
    ruled_out: 'Empty where nothing does.',
  },
  AgentDefinition: {
    tools: 'Names of tools, or "<toolset>.*".',
    concurrency: 'What a second message in a thread does: queue (default), reject, interrupt, steer.',
    result_schema: 'JSON Schema of what a run gives. Its output is then a value that fits, and no text.',
    agents: 'Agents that it may call: each is a tool "agent_<name>", and each call a run of its own.',
    handoffs:
      'Agents that it may hand over to: each is a tool "handoff_<name>". The run ends with what the other agent gives, and the thread is the other agent\'s from then on.',
  },
  ToolSearch: {
    mode: 'auto (default): from so many tools on; off: all are always shown.',
    from: 'Of auto. 0: 40.',
    initial: "How many of those that suit the task's text are shown from the start. 0: 10.",
    always: 'Names of tools of the agent that are always shown, or "<toolset>.*".',
  },
  ApprovalPolicy: {
    tools: 'Names of tools, "<toolset>.*", "*" for all, "irreversible" for all of that effect class.',
    seconds: 'After which an approval that nobody gave counts as expired. 0: never.',
    rules: 'Looked at in order before "tools"; the first that fits decides.',
  },
  PolicyRule: {
    tools: 'Names of tools, "<toolset>.*", "*"; all where empty.',
    effects: 'pure, idempotent, irreversible; all where empty.',
    when: 'A condition in CEL over args, tool (name, effect, tags, source), agent, tenant and user. Always where empty. One that cannot be decided for a call has a person asked.',
    decision: 'allow, ask, deny.',
    seconds: 'Of ask: after which an approval that nobody gave counts as expired. 0: as the policy says.',
    reason: 'Why, for the person who is asked, and for the model where it is denied.',
  },
  Policy: {
    rules:
      'The first that fits decides for this policy; of several policies, of a tool and of an agent the strictest holds.',
    seconds: 'Of ask, where a rule names none. 0: never.',
    updated_by: '"user:<name>".',
  },
  PolicyQuery: {
    actor: 'Who asks: "user:<name>".',
  },
  ModelRequirement: {
    capabilities: 'tools, vision, reasoning, streaming, parallel_calls, structured_output.',
    min_context: 'Tokens that the endpoint must serve.',
    max_input_price: 'US dollars a million input tokens.',
    max_output_price: 'US dollars a million output tokens.',
    fallbacks:
      'Backends that a run moves to, in this order and to each once, where the one it is on fails for good; "*" stands for any other that has what is asked.',
    routing:
      "Where no backend is named: how one is chosen by what the agent's runs showed. Absent: by price and health.",
  },
  MemoryPolicy: {
    recall: 'Recall before the first turn: on unless said otherwise.',
    limit: 'How many memories at most.',
    budget_tokens: 'Tokens of all recalled memories together; 1,500 where absent.',
    min_trust: 'low (default), medium or high: what is believed less is not recalled, nor found by memory_search.',
    remember:
      'What is remembered of a run without its agent\'s asking: "conversations", what its user and it said. Nothing where absent.',
    keep_days: 'Days after which what is remembered so, and what its tools save, is forgotten; 0: never.',
    working_memory: "Shows each run of a thread the thread's working memory, which the tool memory_block_edit writes.",
    scopes:
      'What it may recall and save, by whom it is for: agent, user, thread, tenant. A memory is for the narrowest part of its scope that is set. All where empty, and saved is what is for the user, or for the agent where a run has none.',
    tools: 'False: the memory_* tools are not offered, whatever "tools" names. True where absent.',
    facts: 'Facts that another agent finds in what is remembered; nothing where absent. Rules find theirs without.',
    rerank: 'The agent that puts what a recall found into the order of its use; by scores alone where absent.',
  },
  MemoryFacts: {
    agent: 'Its runs are given episodes and what is known, and give facts: see examples/memory-facts.yaml.',
    max_usd_per_day: 'US dollars a day (UTC) of all that memory asks of this agent in this tenant; 1 where absent.',
  },
  AgentVersion: {
    version: '"sha256:" and 64 hex digits over the canonical JSON of the definition.',
    number: 'Counts the versions of one agent from 1, for people.',
    shortened:
      'True in a list where instructions or description are longer than shown: the agent itself has them whole.',
    current: 'What a new run of the agent executes, unless its task names another one or a rollout gives it to one.',
  },
  Backend: {
    api: 'openai-chat, anthropic, openai-responses, gemini, bedrock, mistral, cohere, ollama, completion.',
    profile: 'Owned by libs/models.',
    api_key_env: 'The environment variable of the executor that holds the key; the key itself is never stored.',
    simulated: 'A rule-based stand-in, no model behind it.',
    note: 'For people, shown wherever the backend is named.',
    concurrency: 'Runs at once over the whole fleet.',
    tokens_per_minute: 'Over the whole fleet, input and output together; 0 sets no limit.',
    requests_per_minute: 'Over the whole fleet; 0 sets no limit.',
  },
  BackendHealth: {
    status: 'unknown, healthy, failing.',
    open_until: 'The circuit is open: nobody asks the backend before then.',
  },
  Budget: {
    agent: 'Empty: the whole tenant.',
    per: 'hour, day, month (UTC), or total.',
    cost_usd: 'US dollars; 0 where it does not count money.',
    tokens: '0 where it does not count tokens.',
    reserved_usd: 'Set aside for turns under way.',
  },
  BudgetList: {
    budgets: "The tenant's first, then by agent.",
  },
  BundleKindsQuery: {
    since: 'Of what has a time, what began since; absent: all.',
  },
  BundleKind: {
    kind: 'As lines of a bundle name it.',
    part: 'agents, tools, runs, evidence: what --without leaves out.',
    of_platform: "One for all tenants: only the platform's own tenant imports it.",
    count: 'Records that there are.',
    key: 'Fields that tell a record from every other one of its kind; a bundle has them in ascending order.',
    along:
      'Its records stand each behind the record of this kind that they belong to, and come with it; empty: by themselves.',
    by_itself: 'A dry run can try its records without those that come before them.',
  },
  BundleLink: {
    by: 'Fields of this record, as many as the other kind has in its key. Empty values name nothing.',
  },
  BundlePageQuery: {
    after: '`next` of the page before; empty: from the beginning.',
    offset: 'Of a line that is too long for one page: what was had of it, in UTF-16 units.',
  },
  BundlePage: {
    lines: 'Lines of a bundle as they stand in it, without line breaks.',
    next: 'What to go on after; empty: this was the last page.',
    part: 'Instead of lines, a part of one that is too long for one page.',
    next_offset: 'Where the rest of it begins; 0: this was its last part, and `next` says where to go on.',
  },
  ImportBundleRequest: {
    part: 'Instead of lines, a part of one that is too long for one message.',
    check: 'Says what would become of them, and stores nothing.',
  },
  BundlePart: {
    hash: '"sha256:" and 64 hex digits, of the whole line.',
    number: 'From 0.',
    last: 'The line is whole now, and is stored.',
  },
  ImportBundleReply: {
    same: 'There already, with the same content.',
    kept: 'There already with other content, which stays: what belongs to this system and not to the record.',
    notes: 'What somebody has to see to, in sentences.',
  },
  BeginBundleImportRequest: {
    bundle: '"sha256:" and 64 hex digits, of the bundle\'s first line.',
    found: 'What this tenant has already, by kind.',
    merge: 'Into a system that has records.',
    check: 'Asks whether it may begin, and notes nothing.',
    platform_version: 'Of the platform that wrote it.',
  },
  EndBundleImportRequest: {
    stored: 'Records that were new.',
  },
  BundleImport: {
    ended_at: 'Absent: it was broken off, or goes on.',
    giving_way: 'Of a dry run: kinds of which what is there gives way to the bundle.',
  },
  BundleReport: {
    records: 'Lines that are records.',
    counts: 'Records by kind.',
    left_out: "Not this key's to import: what is one for all tenants.",
    check: 'Nothing was stored.',
  },
  Certificate: {
    status: 'in_force, expired, revoked.',
    reason: 'Why it is no longer in force, in words.',
    expires_at: 'The latest moment at which it is in force.',
    ended_at: 'When it was expired or revoked; absent while it is in force.',
    evaluations: 'Whole evaluations that it rests on, in the order of the comparisons in "evidence".',
    margin: 'By so much the candidate may be worse and is still called no worse; of scores, 0 to 1.',
    results: 'What was found, a row each: scorers of the suite, and what is replayed.',
    cost_usd: 'Candidate less baseline, of a run.',
    swap: 'The swap that it was issued for; empty where somebody asked for it alone.',
    digest: '"sha256:…" over the canonical JSON of all that is said above, but for status, reason and ended_at.',
    evidence: 'The comparisons as they were computed, so that they can be computed again and compared byte for byte.',
  },
  CertifiedConfiguration: {
    model: 'As the endpoint answered.',
    configurations: 'Of the runs that were judged; several where they differ in more than the backend says.',
  },
  CertifiedResult: {
    verdict: 'PASS, FAIL, INCONCLUSIVE.',
    kind: 'suite: its cases were asked; replay: recorded runs were replayed. Empty where it is not known.',
  },
  CertifiedDifference: {
    low: 'Of the difference, at the level of the certificate.',
  },
  ListCertificatesQuery: {
    status: 'in_force, expired, revoked; empty: all.',
  },
  CertificateList: {
    certificates: 'Newest first.',
  },
  Watch: {
    name: 'Unique in its tenant.',
    agent: "What runs the suite, where that is not the suite's own agent.",
    suite: 'A suite that was applied, run and scored at every turn; empty: the built-in probe alone.',
    suite_version: 'Its content address: the one that was the newest when the watch was added.',
    every_seconds: 'From one turn to the next; 60 to 2,592,000.',
    max_cost_usd: 'US dollars in any 24 hours; a turn that has no room in them is left out.',
    tests: 'What is tested: tokens, answers, latency, quality.',
    spent_usd: 'Of the last 24 hours.',
    turns: 'The last turns, newest first; of lists the last one.',
  },
  WatchTurn: {
    number: 'From 1.',
    status:
      'running, done, unreachable (the backend did not answer: that is no drift), skipped (its money is spent), failed (it could not be begun).',
    evaluations: 'Of the probe, and of the suite.',
    findings: 'Ids of what it found.',
  },
  AddWatchRequest: {
    every_seconds: '0: 3,600.',
    max_cost_usd: '0: 1 US dollar.',
    tests: 'Empty: all that there is something to test by.',
  },
  WatchList: {
    watches: 'By name.',
  },
  DriftFinding: {
    kind: 'model (it answers under another model id), template (the same texts count by so many tokens more or less), tokenizer (they count otherwise), answers (to fixed questions at temperature 0), latency, quality (scores of a suite), profile (somebody here applied another one).',
    cause: 'provider_change, drift, own_change.',
    from: 'In words.',
    changed_after: 'It happened between these.',
    watch: 'The watch that noticed it; empty where runs did.',
    status: 'open, acknowledged.',
    certificates: 'Certificates that expired for it.',
    note: 'What the person said of it.',
    times: 'How often it was noticed while it was open.',
  },
  ListDriftQuery: {
    status: 'open, acknowledged; empty: both.',
    after: 'The id after which the page begins.',
  },
  DriftList: {
    findings: 'Newest first.',
  },
  ToolDefinition: {
    parameters: 'JSON Schema 2020-12 of the arguments.',
    effect: 'pure, idempotent, irreversible.',
    source:
      '"builtin", "mcp:<server>", "openapi:<server>", "webmcp:<server>", or "run" for what the run itself does and no tool host (sleep, ask_user).',
    fingerprint: '"sha256:" over name, description, parameters and effect.',
    slow: 'Always parked and queued, never waited for.',
    version: 'Of what its server offered under this name, from 1. 0: a tool that has no versions.',
    pending_version: 'What its server offers by now, where that is not accepted: agents get `version`.',
    ask_first: "A person decides every call of a run, whatever the agent's approvals say.",
    untrusted: 'What it gives is from outside: models are shown it as such.',
    result_schema:
      'JSON Schema that its structured results are held against; absent: none is promised, or it cannot be used.',
  },
  ToolSettings: {
    tool: 'A tool\'s name, "<toolset>.*", or "*". Where several fit, each field is taken from the closest that has it.',
    effect: 'pure, idempotent, irreversible.',
    tags: 'Words by which tools are found and listed.',
    disabled: 'Listed nowhere, and never called.',
    concurrency: 'Calls at once, over all tool hosts.',
    calls_per_minute: 'Calls in a minute, over all tool hosts.',
    cache_seconds: "For so long a pure tool's result is given again for the same arguments.",
    updated_by: 'Who set it: "user:<name>".',
  },
  ToolCall: {
    backend: 'Whom to wake when the run is parked on this call.',
    granted_tools: 'Names of the tools that this call may call in turn. Only sent with calls of run_javascript.',
  },
  ToolResult: {
    status: 'ok, error, unknown (an irreversible call whose outcome nobody knows).',
    content: 'Canonical parts as libs/models defines them.',
    truncated: "Output was cut at the tool's limit.",
    repeated_call: 'The ledger had it already: nothing was run this time.',
    apart:
      'Set where the content is too large for one message: `content` is its beginning, for showing, and the ledger has the whole.',
    kept: "Set where the content is a preview of a text that was larger than the tool's limit: the whole is kept for read_result.",
  },
  KeptText: {
    hash: '"sha256:" and 64 hex digits of the text.',
    characters: 'In UTF-16.',
    cut: 'It was more than is kept: the end is lost.',
  },
  ContentReference: {
    hash: '"sha256:" and 64 hex digits of the canonical JSON.',
    bytes: 'Of its JSON in UTF-8.',
  },
  ToolServer: {
    kind: 'mcp-stdio, mcp-http, openapi, webmcp.',
    command: 'mcp-stdio: the program, its arguments and the names of the environment variables handed on.',
    url: 'mcp-http; openapi: where the document is, where it is not given in the settings.',
    header_env: 'Header name to the environment variable that holds its value.',
    effects:
      'Effect class per tool name; "*" for the rest. Default irreversible, unless the server says read-only; openapi: by the method.',
    status: 'connected, connecting, failing, idle (ended for want of calls; the next one starts it).',
    max_output_bytes:
      'Bytes of one result that the agent is given, at most 4,194,304; what is more is cut. 0: 100,000.',
    changes:
      'What becomes of a tool that the server changes: "hold" (default), agents get what was accepted until somebody accepts the change; "accept", they get it at once.',
    pending_count: 'Tools with a change that is not accepted.',
    web: 'webmcp.',
    mcp: 'mcp-stdio, mcp-http.',
  },
  McpSettings: {
    oauth: 'mcp-http: how to be authorised, where the server asks for it. Without it a person logs in.',
    longest_ms:
      'The longest that a call may take that reports progress, in ms, at most 900,000; each report begins its time-out anew. 0: five times the time-out.',
    idle_stop_seconds:
      'mcp-stdio: its program is ended when nobody has called it for so long, and started again by the next call; its tools stay listed. 0: never. At most 86,400.',
    memory_mb:
      'mcp-stdio: memory that its program may write to; what is more it does not get. 0: no limit. Not on Windows.',
    cpu_seconds:
      'mcp-stdio: time of a processor after which its program is ended, and started anew. 0: no limit. Not on Windows.',
    no_resource_tools:
      'Agents are not given <server>_list_resources and <server>_read_resource, which a server with resources has otherwise.',
  },
  WebMcpSettings: {
    pages: 'At least one, at most 8: https, or http. All are opened, each in a tab of its own.',
    origins:
      'Origins where the pages and their frames may go besides those of `pages`: "https://accounts.example.com". At most 64.',
    private_hosts:
      'host:port that may be asked for although its address is private. What `pages` and `origins` write as an address, or as localhost, needs no mention.',
    profile:
      "What becomes of a tenant's cookies and storage when its pages are closed: kept (until the tool host stops; where empty), or fresh (nothing is kept).",
    idle_seconds:
      'Seconds without a call after which the pages are closed; the next call opens them again. 0: 300. At most 86,400.',
    ask_first:
      "Of which tools a person decides every call of a run: consequential (those that say that they are; where empty), irreversible (all of that effect class), or none (whatever the agent's own approvals ask for).",
  },
  McpOAuth: {
    grant: 'authorization_code (default: a person logs in with a browser), client_credentials (nobody does).',
    client_id:
      'Of a client that is registered with the authorisation server already; otherwise Switchyard names or registers itself.',
    client_secret_env: 'The environment variable that holds its secret.',
    private_key_env:
      'The environment variable that holds its private key (PEM, PKCS#8): it signs instead of sending a secret.',
    signing_algorithm: 'ES256 where absent.',
    scopes: 'Asked for where the server does not say which.',
  },
  OpenApiSettings: {
    document:
      "The document itself, JSON or YAML, at most 1,048,576 bytes; instead of the server's url. Not shown when servers are listed.",
    base_url: "Where requests go. Default: what the document says, where that is of the document's own origin.",
    operations:
      'Which operations become tools, all where empty: "listPets" (operationId, "*" for any letters), "tag:pets", "GET", "/pets/**", "GET /pets/*". With "!" before it, one that does not.',
    auth: "By the name of the document's security scheme.",
    allow_private:
      'The document and the API may be on addresses of a private network: those of url and base_url, and no others.',
    refresh_seconds: 'How often the document is read again. 0: 300; at least 5.',
  },
  OpenApiCredential: {
    env: 'An API key, or a token that is sent as a bearer.',
    id_env: 'http basic: the name; OAuth 2.0 client credentials: the id of the client.',
    secret_env: 'http basic: the password; OAuth 2.0 client credentials: the secret of the client.',
    token_url:
      'OAuth 2.0 client credentials: where tokens are had. Default: what the document says, where that is of the origin of the API or the document.',
    scopes: 'OAuth 2.0 client credentials. Default: what the operation asks for.',
  },
  OpenApiResponseRule: {
    operations: 'Of which operations; written as in OpenApiSettings. All where empty.',
    keep: 'Only these fields, where any are named.',
    drop: 'Not these fields.',
    next: 'Where an answer says what the next page is: the path of it, and the argument that takes it.',
  },
  RunEvent: {
    seq: 'From 1, without gaps.',
    actor: '"router", "executor", "tool-host", "user:<id>".',
    version: 'Form of the entry, from 1; absent in entries of the first form.',
  },
  RunAccepted: {
    routing_reason: 'Why this backend.',
    fallbacks: 'Where the run may move when its backend fails for good: names in order, "*" for any other that suits.',
    parent: 'Absent where nobody called it.',
    fork: 'The run whose first entries it begins with; absent where it began with its input.',
    priority: 'high, or empty.',
    rollout: 'The rollout that decided its agent version; empty where none did.',
    rollout_arm: 'Of that: candidate or baseline.',
    recorded_answers: 'Its tool calls are answered from a record, and none is executed.',
    routing: 'How its backend was chosen by the record; absent where nothing was learnt or asked for.',
  },
  RecordedAnswers: {
    run_id: 'The run that they come from; empty where they were written.',
    payload: 'The hash of the payload that has them.',
    unmatched: 'stop, tell.',
  },
  ParentRun: {
    root_run_id: 'Where the tree begins.',
    depth: '1 for a run that a run without a parent called.',
    agents: 'Agents from the root down to the caller.',
    handoff: 'The caller ends with what this run gives, instead of going on.',
  },
  ForkPoint: {
    seq: 'The last entry that was taken over.',
    turns:
      "Model turns that were taken over. What they cost is the other run's, and they count for no limit of this one.",
  },
  InputAppended: {
    source:
      'memory, user, thread (what earlier runs of the thread said), result (why an answer is not what result_schema asks for), answer (to the call in references), fork (nothing: stands where the run in references has an entry of its own affairs).',
    messages: 'Canonical messages as libs/models defines them.',
    references: 'Where they came from: ids of memories or runs; of an answer, the call that asked.',
    error: 'Why the source could not be asked; the run goes on without what it might have had to say.',
    id: 'Who sends the same again with the same id adds nothing. Empty: every time adds.',
    degraded: 'What the source had to go without, in words; it may have had more to say.',
  },
  ModelTurnCompleted: {
    turn: 'From 1.',
    message: "The assistant's canonical message.",
    model: 'As the endpoint answered.',
    finish_reason: 'stop, tool_calls, length, content_filter, other.',
    repairs: 'What the reader mended, in words.',
    attempts: 'Model requests that it took, from 1.',
    result: 'The value that the answer is, where the agent has a result_schema and the answer fits it.',
    missed_seqs:
      'InputAppended that came while the turn was under way: what they say comes after this answer, which has not seen it.',
    offered_tools: 'The tools that the model was shown, where it was not all that the agent has.',
  },
  Configuration: {
    tools: 'Tool name to fingerprint.',
  },
  RequestedCall: {
    kind: 'What settles it: empty for a tool host, sleep, ask, agent, handoff for the run itself.',
    target: 'Of an agent or a handoff: the name of the agent.',
  },
  ToolCallSettled: {
    found_tools: 'Of find_tools: the tools that it found. They are shown from the next turn on.',
  },
  ApprovalRequested: {
    expires_at: 'When it counts as expired; absent: never.',
    asked_by: 'Who has it asked: "policy:<name>", "agent", "tool".',
    reason: 'Why, in the words of the rule.',
    effect: 'Of the tool: pure, idempotent, irreversible; and the first line of what it says of itself.',
  },
  ApprovalResolved: {
    decision: 'approved, edited, denied, expired.',
  },
  RunParked: {
    reason:
      'What the calls wait for; of several, the first of tool, child, unknown, approval, input, timer. Of no call: retry.',
    until: 'When it goes on at the latest, whatever else wakes it; absent: only what it waits for wakes it.',
    attempts: 'Of retry: requests that the backend was sent for the turn that is due, in vain.',
  },
  ContextCompacted: {
    up_to_seq: 'Sequence numbers up to which the originals were replaced.',
  },
  BackendSwitched: {
    error: 'What the backend failed with; absent where somebody asked for the move.',
  },
  ChildRunSettled: {
    usage: 'Of the child and of all below it.',
    output: 'Of a handover that completed: what the caller ends with, and the agent that has the thread from then on.',
  },
  BudgetReserved: {
    scopes: 'The budgets that it was taken from: tenant:<tenant>, agent:<tenant>/<agent>, run:<root run>.',
  },
  RunCompleted: {
    finish_reason:
      'Of the last turn: stop, length (the output was cut at its limit), other (a word that nobody knows).',
    handed_over_to:
      "The agent that the run was handed over to, and whose answer the output is; empty where the run's own agent answered.",
  },
  RunFailed: {
    asked:
      'What the turn that failed was asked with; absent where none was under way. `configuration` is its fingerprint then.',
  },
  Rollout: {
    baseline: 'Content addresses of versions: the current one, and the one that is tried.',
    share: 'Of new runs, more than 0 and at most 1.',
    sticky:
      'By what a run is given to one of the two, always the same for the same: thread, user, run. A run that has no thread (or user) goes by its user, then by itself.',
    status: 'running, promoted (the candidate is the current version), rolled_back, stopped.',
    reason: 'Why it ended, in words.',
    guardrail: 'The guardrail that ended it; empty where none did.',
    started_by: '"user:<name>", "evaluator".',
    swap: "The swap that it belongs to; empty where it is none's.",
    promote_after:
      'Runs of the candidate that were compared, after which a rollout that no guardrail ended is promoted by itself; 0: people promote it.',
  },
  Guardrail: {
    name: 'Unique in its rollout; the measure where absent.',
    measure:
      'success (a run that completed), cost (US dollars), latency (milliseconds), feedback (0 to 1), overrides (share of runs in which a person overrode the agent), score (0 to 1, of the scorer or feedback name in "of").',
    margin:
      "By so much the candidate may be worse: of a share in points (0.02), of cost and latency relative to the baseline's mean (0.1).",
    alpha:
      'The chance of a false alarm over the whole rollout, however often it is looked at. 0: 0.05 over all guardrails together.',
  },
  StartRolloutRequest: {
    candidate: 'A number, a content address, or its first digits.',
    share: '0: 0.1.',
    sticky: 'Empty: thread.',
    guardrails: 'Empty: success with a margin of 0.02.',
    idempotency_key: 'The same key is the same rollout. Empty: always a new one.',
  },
  EndRolloutRequest: {
    status: 'promoted, rolled_back, stopped.',
  },
  ListRolloutsQuery: {
    tenant: 'Empty: of all tenants; only services of the platform ask so.',
    status: 'Empty: all.',
    after: 'The id after which the page begins.',
  },
  RolloutList: {
    rollouts: 'Newest first.',
  },
  Swap: {
    id: 'Empty of a proposal that was not stored.',
    status:
      'proposed, evaluating, comparing, certified (waits for an approval, or has ended there), canary, watching, promoted, rolled_back, refused, inconclusive, stopped.',
    reason: 'Why it ended, or what it waits for, in words.',
    evaluations: 'In the order in which they were planned.',
    verdict: 'PASS, FAIL, INCONCLUSIVE; empty until it was compared.',
    comparisons:
      'The comparisons, as `CompareEvaluations` gave them, in the order of what was evaluated; absent in lists.',
    certificate: "The certificate's id; empty where there is none.",
    rollout: "The rollout's id; empty where there is none.",
    steps: 'What was done, in order; absent in lists.',
    cost_usd: 'US dollars of its evaluations so far, judges included.',
  },
  SwapSide: {
    agent_version: 'Content address; of a candidate empty until it is kept.',
    backend: 'Empty where the version leaves it to the router.',
    model: "As the backend's definition has it.",
    basis: 'How the backend was found, where the agent does not name it, in words.',
  },
  SwapPlan: {
    suite: 'Empty where only recorded runs are replayed.',
    suite_version: 'Content address.',
    replay: 'Recorded runs that are replayed.',
    max_cost_usd: 'US dollars over all evaluations; 0: no limit.',
    no_canary: 'Ends with the certificate.',
    approve: 'A person says whether the canary begins.',
  },
  SwapEvaluation: {
    kind: 'suite, replay.',
    role: 'baseline, candidate.',
    status: 'planned, running, completed, cancelled, capped.',
    reused: 'It was there before: a whole evaluation of the same suite and configuration, not older than a week.',
  },
  SwapComparison: {
    kind: 'suite, replay.',
    comparison: '`EvaluationComparison` as JSON.',
    worse: 'Cases that fell most, by scorer; 10 at most of each.',
  },
  WorseCase: {
    baseline: 'Means over its runs.',
    reason: "What the scorer said of the candidate's run that it liked least.",
  },
  SwapStep: {
    act: 'What was done: proposed, staged, started, evaluated, compared, certified, approved, canary, rolled_out, stop_requested, ended.',
    actor: '"user:<name>", "evaluator".',
    note: 'In words.',
    refs: 'Ids by what they are: evaluation, certificate, rollout, agent_version.',
  },
  SwapEstimate: {
    recorded: 'Recorded runs that the estimate comes from; 0: nothing is known.',
    basis: 'In words, a line for each evaluation.',
  },
  StartSwapRequest: {
    to_backend: 'One of three: a backend,',
    to_version: 'a version of the agent that is kept (a number, a content address, or its first digits),',
    definition: 'or a definition of the agent as written.',
    suite:
      'The suite as written, or the name of one that was applied, with its version: a number or content address, the newest where absent.',
    replay: 'Recorded runs that are replayed, the last ones; 0: none where there is a suite, else 50.',
    margin: 'By how much scores may be worse, above 0; 0.02 where absent.',
    max_cost_usd: 'US dollars over all its evaluations; 0: no limit.',
    share: 'Of the canary: as StartRolloutRequest has them.',
    promote_after: '300 where absent; 0: people promote it.',
    dry_run: 'Says what would be done and what it would take; stores nothing and keeps no version.',
  },
  ListSwapsQuery: {
    status: 'Empty: all.',
    limit: '50 where absent, 200 at most.',
    after: 'The id after which the page begins.',
  },
  SwapList: {
    swaps: 'Newest first.',
  },
  StartEvaluationRequest: {
    suite: 'The suite as written, so that the answer can name the path of what is wrong.',
    backend: "Overrides the suite's.",
    suite_name:
      'Instead of "suite": the name of one that was applied, and which version: its number or content address, the newest where absent.',
    max_cost_usd:
      'US dollars over all its runs: nothing more is started once they are spent, and no run may spend more than all of it.',
    agent_version:
      'The version of the agent that is evaluated: a number, a content address, or its first digits; the current one where absent.',
  },
  EvaluationEstimate: {
    runs: 'Cases times repeats.',
    recorded: 'Runs in the record that the estimate comes from; 0: nothing is known, and the numbers say nothing.',
    cost_low: '95 % confidence interval of the sum.',
    p50_duration_ms: 'Wall time of one run, from its acceptance to its end.',
    basis: 'How it was estimated, in words.',
  },
  ApplySuiteRequest: {
    suite: 'As written.',
    actor: '"user:<name>".',
  },
  SuiteVersion: {
    version: '"sha256:" and 64 hex digits over the canonical JSON of the suite.',
    number: 'Counts the versions of one suite from 1, for people.',
    suite: 'As written; absent in lists.',
    created: 'Whether applying it made it; false: it was there.',
  },
  SuiteQuery: {
    version: 'Its number or content address; the newest where absent.',
  },
  ListSuitesQuery: {
    name: 'All versions of this one; the newest of each where absent.',
  },
  DraftCasesRequest: {
    status: 'completed (default): what came out is expected; or failed: nothing is.',
    task_class: 'Only runs of this class of task.',
    min_rating: 'Only runs that people rated, this high or higher in the mean: 0 to 1.',
    limit: 'Runs that are looked at; 50 where absent, 200 at most.',
    before: 'The next of the page before: only runs that are older.',
    redact:
      'What is taken out of inputs and outputs: secret, iban, card, email, ip, phone; all where absent; "none" for nothing.',
    fixtures: 'With what their tool calls were answered with, so that the cases run without acting on anything.',
  },
  DraftedCases: {
    cases: "The newest run first, each as a suite's file has it.",
    redacted: 'Places in these cases that were taken out, by kind.',
    left_out:
      'Runs of which no case was made, by the reason: evaluation (it is of one), replay (it was answered from a record), gone (its input or output is no longer kept), empty (it had no input), too_large (for one reply), unsearched (looking for what to redact took too long).',
    next: 'Empty where there are no older runs.',
  },
  EvaluationQuery: {
    offset:
      'Results to skip: the next page begins after all that came before. A page ends early where a reply would grow too big.',
    limit: 'Results of one page; 500 where absent, and at most.',
  },
  Evaluation: {
    status: 'running, completed, cancelled, capped (its money is spent).',
    failed: 'Of the runs that are done, those that failed and those of which a score did not pass.',
    suite_version: 'The content address of its suite, and its number.',
    stopped_because: 'Why it ended before all its runs were done; empty where it did not.',
    critical_failures: 'Cases marked as critical of which a run failed or did not pass.',
    judge_cost_usd: 'What the runs of its judges cost; cost_usd is without them.',
    agent_version: "The content address of the agent's version, where one was named.",
    diverged:
      'Of the runs that failed, those that were answered from a record and left it: their error is replay.diverged.',
  },
  CaseResult: {
    status: 'pending, completed, failed, cancelled.',
    critical: 'As its suite has it.',
  },
  Score: {
    value: '0 to 1.',
    error_code:
      'Why there is no score, where there is none: judge.nonsense, judge.failed, judge.changed, scorer.nonsense, scorer.failed. The value means nothing then.',
    judge: 'Fingerprint of the configuration of the judge that gave it; empty where no model judged.',
    uncalibrated:
      "A judge gave it that was not held against people's labels, or not lately: no gate should rest on it.",
  },
  ScorerSummary: {
    low: '95 % confidence interval of the mean.',
    pass_low: '95 % confidence interval of the share that passed.',
    clusters:
      'Clusters that the runs stand in: the intervals are as wide as if each were one observation in so far as it is alike.',
    errors: 'Runs that it could not score; count and all that rests on it are without them.',
    uncalibrated: 'Of count, those of a judge that is not calibrated.',
    judges: "Fingerprints of the judges' configurations.",
    corrected_share:
      "The share that people would pass, by what is known of the judge's errors (Rogan and Gladen), with its 95 % confidence interval, which is unsure of the runs and of the judge. All absent unless one calibrated judge gave all the scores.",
    sensitivity:
      'Of runs that people found right, the share that the judge passes; and of those they found wrong, the share that it does not.',
  },
  ListConfigurationsQuery: {
    like: 'A fingerprint, or its first 8 digits or more: only it, and those that are the same but for the parts in but_for.',
    but_for:
      'Parts that may differ: agent_version, backend (with its profile and model), parameters, tools, platform_version.',
    task_class: 'Only runs of this class of task count.',
  },
  ConfigurationRecord: {
    success_rate: 'Share completed of completed and failed, with its 95 % confidence interval.',
    feedback: 'What people said of its runs, by the name of the question.',
    mean_retries: 'Means of a run that completed or failed.',
    overridden: 'Of the runs that completed or failed, those in which a person overrode the agent.',
    differs_in: 'The parts in which it differs from the one that was named in "like".',
  },
  Outcome: {
    retries: 'Requests to the backend beyond the first of each turn.',
    repairs: "What the reader mended in the model's answers.",
    overrides: 'Calls that a person edited or denied.',
    redrive_of: 'The failed run that was redriven as this one; empty where it is none.',
    feedback: 'The current word of each who gave one, by name and giver.',
    moved: 'It was moved between backends, or began with what another run did: it counts for no single configuration.',
    rollout: 'The rollout that decided its agent version, and the arm: candidate or baseline. Empty where none did.',
    replayed: "Its tool calls were answered from a record: it counts for no configuration's record.",
  },
  GiveFeedbackRequest: {
    name: 'What was asked: "rating" where absent. One to 64 letters, digits, "_", "-" and ".".',
    value:
      'true, false, or a number from 0 (useless) to 1 (perfect); null takes back what the same person said before.',
    by: 'Who says so: "user:<name>". Who speaks again of the same run under the same name revises what was said before.',
    id: 'The same id is the same word, however often it is sent.',
    at: 'When it was said, where that is not now: feedback may come late. What was said last counts.',
  },
  Feedback: {
    value: '0 to 1.',
    withdrawn: 'It takes back what was said before; the value means nothing.',
    revised: 'Something later was said by the same person.',
  },
  ListFeedbackQuery: {
    agent: 'Only of runs of this agent.',
    limit: '100 where absent, 500 at most.',
    revisions: 'All that was ever said, and not only what counts.',
  },
  FeedbackSummary: {
    low: '95 % confidence interval of the mean.',
  },
  SurvivalQuery: {
    agent: 'Configurations of this agent only.',
    task_class: 'Only runs of this class of task count.',
    by: 'What curves are drawn and compared by: all (default), agent, backend.',
    unit: 'The unit of a life: days (default), or runs.',
    quiet_days:
      'Days without a run after which a configuration that another one followed counts as ended; 1 where absent.',
  },
  SurvivalReport: {
    comparison: 'Whether groups end alike (log-rank); absent where there are fewer than two that can be compared.',
    lives: 'The lives themselves, the last to begin first; 200 at most.',
  },
  SurvivalGroup: {
    name: 'Empty where all are one.',
    median:
      'By when half of the lives has ended, with its 95 % confidence interval; each absent where that is not reached.',
    restricted_mean:
      'How long lives last on average when none is counted beyond "until", with its 95 % confidence interval.',
    causes: 'At the end of what was watched: which part has ended because of what, with the other causes at work.',
  },
  SurvivalPoint: {
    low: '95 % confidence interval at this time; absent where none is known.',
    band_low: 'The band that holds the whole curve with 95 %; absent where it has none.',
  },
  ConfigurationLife: {
    last_run_at: 'The last run so far, or the last at all.',
    ended_at: 'Absent while it is in use.',
    cause: 'superseded, rolled_back, error_rate, cost, drift, provider_change; empty while it is in use.',
    followed_by: 'The configuration that came in its place, and in what it differs.',
  },
  CompareOutcomesRequest: {
    with_run_ids: '1,000 at most, each.',
  },
  OutcomeComparison: {
    p_worse:
      "The chance that those with it come out so much worse if it makes no difference (Fisher's exact test, one side); 1 where one set is empty.",
  },
  OutcomeShare: {
    runs: 'Those that completed or failed, or that somebody judged.',
    good: 'Of them, those that went well: by what people said of a run where they did ("rating", half or more), else by its end.',
  },
  ListJudgesQuery: {
    scorer: 'Only of scorers of this name.',
  },
  JudgeRecord: {
    configuration: 'Fingerprint.',
    standard: 'Fingerprint of what it was asked: mode, rubric and threshold.',
    scores: 'Scores that it gave.',
    calibrated: 'Its labels are enough, recent, and show that it is better than a coin.',
    right: 'Of its scores, those of runs that people found right, and wrong.',
  },
  LabelAgreement: {
    agreed: 'In so many of them the judge found the same.',
    low: '95 % confidence interval of that share.',
  },
  CompareEvaluationsRequest: {
    baseline:
      'Where absent: the newest completed one of the same suite and agent before the candidate, with another configuration if there is one.',
    margin: 'By how much scores may be worse, above 0; 0.02 where absent.',
    tolerated: 'FAIL takes the proof that scores are worse by more than this; 0 up to the margin.',
    alpha: 'Chance of a wrong answer; 0.05 where absent.',
    scorers: 'All where empty.',
  },
  EvaluationComparison: {
    baseline_choice:
      'How the baseline was chosen: named, other_configuration (the newest with another one), same_configuration (the newest; there is no other).',
    verdict: 'PASS, FAIL, INCONCLUSIVE.',
    reasons: 'Why, in words, what weighs most first.',
    vetoes: 'Cases marked as critical that do not pass in the candidate: each is a veto. 100 at most are named.',
    cases: 'Cases that both have, and those that cannot be compared.',
    changed: 'Both have them, with another input, expected answer or rubric: they are not compared.',
    cost_usd: 'US dollars and milliseconds of a run; absent where no case ended in both.',
  },
  ComparedEvaluation: {
    configurations: 'Fingerprints of the configurations that its runs had; 20 at most.',
  },
  ScorerComparison: {
    cases: 'Cases that both could score, and clusters in which they stand.',
    difference: 'Candidate less baseline.',
    low: 'Each end is wrong with a chance of alpha at most; absent where fewer than two cases that stand for themselves were compared.',
    more_cases:
      'Of INCONCLUSIVE: cases that would decide, if they are like those so far. Absent where no reasonable number would.',
    gates: 'Whether it has a part in the verdict on the whole; if not, "note" says why.',
    unscored: 'Of the cases that both have, those that either could not score.',
    p_worse:
      'p-value of "it is worse than tolerated", adjusted for all scorers that gate (Holm); absent where there is none.',
  },
  CriticalFailure: {
    passed_before: 'Whether all its runs passed in the baseline.',
    repeat: 'The run that did not pass, and the scorer; empty where the run itself failed.',
  },
  CaseNames: {
    ids: '100 at most.',
  },
  MeasureComparison: {
    low: '95 % confidence interval; absent where fewer than two cases that stand for themselves were compared.',
  },
  ListCanariesQuery: {
    status: 'Of the rollout: running, promoted, rolled_back, stopped; all where empty.',
    limit: '50 where absent, 200 at most.',
  },
  CanaryList: {
    canaries: 'Those that began last first.',
  },
  Canary: {
    state:
      'waiting (for runs: an arm has none yet), watching, ending (it is decided, and the router has not acknowledged it yet), ended.',
    exposures_per_hour: 'Of the candidate, since the rollout began.',
    more_until_promotion:
      'Exposures of the candidate until it is promoted by itself; absent where people promote it, or it has ended.',
    last_run_at: 'When the last run that is counted ended.',
    looked_at: 'When the record was last looked at for it.',
    decision:
      'What the guardrails decided: promoted, rolled_back; empty while they have not. A person may have ended it before.',
  },
  CanaryGuardrail: {
    guardrail: 'With its name and its part of alpha, whatever was left out.',
    difference:
      'Candidate less baseline: of a share in points (0.02), of cost in US dollars, of latency in milliseconds.',
    low: 'Holds the true difference at all moments together but for a chance of alpha; absent where too little is known.',
    verdict:
      'waiting (an arm has nothing that it measures), watching, held (the planned look found no harm; it goes on), no_worse (proven to be worse by less than the margin), harm.',
    note: 'What it waits for, or what it found, in words.',
    more_exposures:
      'Exposures of the candidate until its planned look, or until it would find harm if the ones to come are like those so far; absent where nothing can be said.',
  },
  CanaryArm: {
    exposures: 'Those that it could measure.',
  },
  ApplyClassRulesRequest: {
    rules: 'As written, so that the answer can name the path of what is wrong.',
    actor: '"user:<name>".',
  },
  ClassRules: {
    agent: "Empty: of every agent, where the agent's own rules name no class.",
    number: 'Counts the changes from 1.',
    version: '"sha256:" and 64 hex digits over the canonical JSON of the rules.',
    rules: 'As written; absent in lists of versions.',
    changed: 'Whether applying it changed anything.',
  },
  ListClassRulesQuery: {
    agent: 'All that ever held of this agent ("*": of every agent), the newest first; where absent, what holds now.',
  },
  ClassifyRequest: {
    run_id: 'A run whose task is classed; instead of all the rest but the tenant.',
  },
  TaskClass: {
    class: 'Empty where it is of none.',
    by: 'task (its metadata says so), rule, like, none.',
    agent:
      "The rules that decided: their agent (empty: every agent's) and number, and the place of the rule from 1. 0 where none did.",
    similarity: 'Of a class by words: how like them the input is, 0 to 1, and how like it had to be.',
    undecided: 'Conditions that could not be decided, with why; they fit nothing.',
  },
  ReapplyClassesRequest: {
    agent: 'Only runs of this agent.',
    after: 'The next of the page before.',
    limit: 'Runs of a page; 200 where absent, 500 at most.',
  },
  ReappliedClasses: {
    runs: 'Runs that were looked at; those whose task names its class itself are none.',
    gone: 'Their input is no longer kept: their class stays as it is.',
    next: 'Empty after the last page.',
  },
  SuggestClassesRequest: {
    last: 'Runs that are looked at, the newest; 1,000 where absent and at most.',
  },
  SuggestedClasses: {
    rules: 'What ApplyClassRules takes.',
    runs: 'Runs whose inputs were grouped, those that are like no group, and those whose input is empty or no longer kept.',
    stability:
      'Whether halves of the runs give the same groups: the adjusted Rand index, 1 for the same and about 0 for chance.',
    silhouette: 'How much closer inputs are to their own group than to the next one: the mean silhouette, -1 to 1.',
    agreement: 'Of the runs that were grouped, the share that the rules class as they were grouped.',
  },
  SuggestedClass: {
    words: 'Those that tell it from the rest, the most telling first.',
  },
  ClassExample: {
    text: 'The beginning of its input, with personal data and secrets taken out.',
  },
  StartReplayRequest: {
    run_ids: 'These runs; where there are none, the newest that completed.',
    last: 'How many of the newest: 50 where absent, 200 at most.',
    since: 'Only runs that ended from then on.',
    task_class: 'Only runs of this class of task.',
    backend: "Where they run now; each agent's own choice where absent.",
    agent_version: 'As of StartEvaluationRequest.',
    unmatched: 'What becomes of a call that was not recorded: stop (default) or tell.',
  },
  StartReplayReply: {
    left_out:
      'Runs that are no case, by the reason: evaluation (it is of one, or of a judge), replay (it was answered from a record itself), running (it has not ended), gone (its input or output is no longer kept), empty (it had no input), too_many_calls (more than can be held against a trajectory), too_large (for a task).',
  },
  ExecWork: {
    cause:
      'accepted, resumed, reconciled, tool_settled, redriven, timer, child_settled, approval_resolved, input_appended, effect_decided, forked.',
  },
  Delta: {
    turn: 'The model turn, from 1.',
    kind: 'text, reasoning, tool_call, reset (the turn starts over: forget what came).',
    offset: 'UTF-16 units of this kind that came before in this turn.',
  },
  DeadLetter: {
    kind: 'tasks, exec, tool, event: a message; run: a run that failed, as its journal has it.',
    payload: 'The message as it came: text, or base64 where it is not UTF-8. Of a run: its input as JSON.',
    seq: "The journal's last seq that the handler had read.",
    shortened: 'True in a list where the payload is longer than shown: the stream DEAD has it whole.',
    tenant: 'As far as the message tells; of a run all three.',
    redriven_at: 'When it was given another try; absent where it was not.',
    redriven_as: 'The run that goes on since.',
    advice: 'What redriving it does.',
  },
  PartialQuery: {
    offsets:
      'Of a text that took several replies, what the asker has of each kind, in UTF-16 units; nothing: from the beginning.',
    version: 'Of the reply before. Where the turn has started over since, the reply begins anew.',
  },
  HandOverRequest: {
    now: 'Abort the model request in hand.',
  },
  PartialTurn: {
    version: 'Another one for each time that the turn starts over; empty where nothing is said.',
    more: 'There is more: ask again with what is known by then.',
  },
  Memory: {
    provenance: 'Where it came from.',
    created_at: 'When it was recorded.',
    count: 'How often the same statement was remembered.',
    kind: 'episode (what was said or done), fact (a statement), summary (made of others).',
    subject: 'What a fact is about; of two facts of one subject and scope the later replaces the earlier.',
    trust: 'high (people), medium (agents), low (tools, pages, imports).',
    confidence: 'From 0 to 1.',
    state: 'current, superseded, retracted.',
    valid_from: 'Since when it is true, and until when; absent: open.',
    conversation: 'Of episodes: the conversation that they stand in, their place in it, who spoke, and when.',
    expires_at: 'When it is forgotten by itself; absent: never.',
    superseded_by: 'The memory that stands in its place.',
    evidence: 'Memories that it was made of.',
  },
  Provenance: {
    source: 'user, agent, tool, web, import.',
  },
  RememberRequest: {
    subject: 'Found in the text by rules where absent.',
    valid_from: 'Now where absent.',
    confidence: 'From 0 to 1; 1 where absent.',
    evidence: 'Ids of memories of the same tenant that say it.',
    kind: 'fact (default) or summary.',
  },
  Episode: {
    position: 'Its place in the conversation; after the last one where absent.',
    occurred_at: 'Now where absent.',
    key: 'Makes it idempotent within the tenant; empty: what is sent twice is counted twice.',
    seq: "The entry of the run's journal that it stands in.",
    source: 'As in Provenance; that of the request where absent.',
  },
  RecordEpisodesRequest: {
    conversation: 'Episodes of one conversation are neighbours.',
    episodes: 'At most 256.',
    derive: 'Facts are found in what is said, by rules.',
    within_thread: 'They stay within the thread. Otherwise what is known of a user is for his other threads too.',
  },
  RecordEpisodesReply: {
    ids: 'In the order of the request.',
    repeated: 'Said before: counted.',
    skipped: 'Sent before, or given back from what was recalled: neither stored nor counted.',
    facts: 'Facts that were found in them.',
  },
  RecallRequest: {
    limit: 'At most 50; 8 where absent.',
    narrow:
      'True: everything that fits the parts of the scope that are set, as a person looks for something. False: what one whose scope this is may see, as an agent recalls.',
    budget_tokens: 'Tokens of all texts together; 0: no limit.',
    as_of: 'What was true at this moment; absent: what is true now, and what was, after what replaced it.',
    known_at: 'What was known at this moment; now where absent.',
    kinds: 'Any of these kinds; all where empty.',
    tags: 'Has all of these tags.',
    since: 'Said or recorded in this time.',
    run_id: 'The run that is given what is found: what it says back is not stored as new.',
    min_trust: 'low (default), medium or high.',
    rerank:
      'The agent that puts the best of what was found into order. Where it cannot in time, scores decide, and the reply says so.',
    scopes:
      'Only what is for any of these: agent, user, thread, tenant (the narrowest part of its scope that is set); all where empty.',
  },
  RecalledMemory: {
    duplicates: 'Near-duplicates that stand behind it.',
  },
  RecallReply: {
    degraded: 'Why the search went without a part of what it uses; empty where it did not.',
    tokens: 'Of all texts together, estimated.',
  },
  ListMemoriesQuery: {
    before: 'The last id of the page before this one.',
    states: 'Any of these states; current and superseded where empty.',
    tags: 'Has all of these tags.',
    since: 'Said or recorded in this time.',
    run_id: 'Of this run, also what it said that had been said before.',
    conversation: 'Of this conversation: its episodes, and what is of the thread of this name.',
    as_said: 'As they were said, the first one first; otherwise as they were stored, the newest first.',
  },
  MemoryHistory: {
    evidence: 'What it was made of, and what was made of it.',
    versions: 'What was known of it, in the order in which it became known.',
    acts: 'What was done to it, the oldest first.',
  },
  MemoryAct: {
    kind: 'correct, retract, restore, merge, split, erase, forget, demote, import.',
    memories: 'Memories that it changed.',
    kept: 'Memories that rest on those and stay, for other evidence says them.',
    of: 'The act that it took back.',
    changed: 'How many it changed, also those that `memories` has no place for: it names the first thousand.',
  },
  CorrectRequest: {
    valid_from: 'Since when the new one is true; now where absent.',
    expires_at: 'When the new one is forgotten by itself; absent: never.',
  },
  CorrectReply: {
    superseded: 'What it stands in the place of.',
  },
  RetractRequest: {
    with_replaced: 'Also what they had replaced, which otherwise holds again.',
    act_id: 'Instead of ids: all that the import with this act stored.',
  },
  MergeRequest: {
    ids: 'At least two.',
  },
  SplitRequest: {
    texts: 'At least two.',
  },
  EraseRequest: {
    ids: 'These memories, or',
    scope: 'all of the scopes that have the parts that are set here.',
  },
  ErasureReceipt: {
    deleted: 'Rows that were deleted, by what they were.',
    kept: 'Memories that rest on what was erased and stay, for other evidence says them.',
    digest: 'SHA-256 over the ids that were erased, in order.',
  },
  ConsolidateRequest: {
    scope: 'Exactly this scope.',
    by: 'The agent that writes the summaries; rules do where absent.',
  },
  ConsolidateReply: {
    made: 'New, or in the place of an older one.',
    refused: 'Subjects whose summary was not kept, for the memories that it rests on are found worse with it.',
  },
  ConsolidationPolicy: {
    rounds: 'on, off; empty: as the platform is set.',
  },
  AuditQuery: {
    limit: 'Findings at most; 200 where absent.',
  },
  AuditReport: {
    counts: 'Findings by kind, also those that are left out.',
    memories: 'Memories that were looked at.',
  },
  AuditFinding: {
    kind: 'junk, duplicate, contradiction, orphan.',
    advice: 'What to do, as a command.',
  },
  ExportQuery: {
    limit: 'At most 200.',
    after: 'The last id of the page before.',
    all: 'What was retracted too.',
  },
  ImportRequest: {
    records: 'At most 200.',
    trust: 'low where absent; nothing is taken at its own word.',
    check: 'Says what would become of it, and stores nothing.',
    act_id: 'The act of the import that these records go on with; empty: they begin one.',
  },
  ImportReply: {
    repeated: 'Said here before: counted.',
    refused: 'What was not taken, by its place in the request.',
    skipped: 'Imported before: neither stored nor counted.',
    act_id: 'The act that the whole import is taken back by; empty: nothing was stored or counted.',
  },
  RetentionPolicy: {
    scope: 'Narrowed by the parts of the scope that are set.',
    kind: 'Any kind where empty.',
    max_age_days: 'Forgotten so many days after they were last said. 0: not by age.',
    unused_days: 'Forgotten so many days after they were last recalled or said. 0: not by use.',
    quota: 'Of one scope so many are kept; the least valuable go first. 0: no quota.',
  },
  MemoryBlock: {
    version: 'Rises with each change; 0: there is none yet.',
  },
  PutBlockRequest: {
    text: 'At most 16,384 bytes of UTF-8.',
    version: 'The version that this replaces; absent: whichever it is.',
  },
  MemoryStatusReply: {
    embedder: 'Of the embedder that is set; empty where embedding is off.',
    pending: 'Memories that have no vector of it yet.',
    failing: 'Why embedding does not go on; empty where it does.',
    index: 'How vectors are searched: exact, pgvector.',
    asks: 'What memory asked agents for, by agent and kind.',
  },
  MemoryAsks: {
    kind: 'facts, summary, rerank.',
    waiting: 'Asks that wait, for what the day may cost is spent or set aside.',
    asked: 'Asks under way.',
    done: 'Answers that were taken, since the day began.',
    failed: 'Runs that failed and answers that made no sense, since the day began; nobody asks again.',
    dropped: 'Parts of answers that were not taken, since the day began.',
    spent_usd: 'Of all kinds of this agent, since the day began (UTC), and what they may come to.',
    last_problem: 'Why the last one failed or waits; empty where none does.',
  },
  ListApprovalsQuery: {
    limit: 'Runs that are looked at: at most 200; 50 where absent.',
    before: 'The last run_id of the page before.',
  },
  ApprovalList: {
    approvals: 'Those of the newest run first.',
  },
  Approval: {
    shortened: 'True in a list of several runs where the arguments are longer than shown: ask for those of the run.',
    asked_by: 'Who has it asked, "policy:<name>", "agent" or "tool", and why.',
    effect: 'Of the tool: its effect class, and the first line of what it says of itself.',
  },
  ListDecisionsQuery: {
    tool: 'The tool that was called.',
    by: 'Who decided: "user:<name>", "bus:<name>", "policy:<name>", "agent".',
    before: 'The time of the last one of the page before.',
    limit: 'At most 200; 50 where absent.',
  },
  DecisionList: {
    decisions: 'The newest first.',
  },
  DecisionMade: {
    decision: 'approved, edited, denied, expired.',
    asked_by: 'Who had it asked.',
  },
  ResolveApprovalRequest: {
    decision: 'approved, edited, denied.',
    arguments: 'Of edited: what the tool is called with instead.',
  },
  DecideApprovalRequest: {
    decision: 'approved, edited, denied.',
    name: 'Whoever decides, as they call themselves: letters, digits, "_" and "-".',
    arguments: 'Of edited: what the tool is called with instead.',
  },
  SendInputRequest: {
    call_id: 'The question that it answers; empty where it joins the conversation at the next step.',
    input: 'A text, or any JSON value.',
    idempotency_key: 'The same key for the same run adds nothing.',
  },
  ForkRunRequest: {
    seq: 'The last entry that is taken over: one after which no call is open. 0: the last such.',
    backend: 'Where it goes on; where the other one was, if empty.',
    agent_version: 'Content address or number; "current" for the agent\'s current one; the run\'s own, if empty.',
    input: "Added as the user's, after the entries that were taken over.",
  },
  RunStateQuery: {
    seq: '0: the last.',
  },
  RunStateView: {
    type: 'The type of that entry.',
    status: 'queued, running, waiting, completed, failed, cancelled.',
    messages: 'What a model would be given, in canonical form.',
    next: 'CallModel, CallTools, Wait, Finish.',
    forkable: 'The run can be forked here.',
    shortened: 'True where a text is longer than shown.',
    messages_omitted:
      'Messages at the beginning that are not shown, because all of them are more than fits into a reply.',
  },
  RunStepsQuery: {
    limit: 'At most 1,000; 1,000 where absent.',
  },
  RunSteps: {
    steps: 'In order, as many as fit into one reply.',
    more: 'There are more: ask for those after the last.',
  },
  RunStep: {
    summary: 'What came, in a few words.',
    status: 'queued, running, waiting, completed, failed, cancelled.',
    messages: 'Messages that a model would be given.',
    open_calls: 'Calls without a result.',
    next: 'CallModel, CallTools, Wait, Finish.',
    forkable: 'The run can be forked here.',
  },
  StartChildRequest: {
    handoff: 'The caller ends with what the child gives; the child is told what the caller was told.',
  },
  StartChildReply: {
    ended: 'An earlier request for the same call started it, and it has ended since.',
  },
  PayloadQuery: {
    hash: '"sha256:" and 64 hex digits.',
    offset: 'Characters of its JSON text that the asker has.',
  },
  Payload: {
    value: 'The value, where it was asked for over REST.',
    bytes: 'Of its JSON in UTF-8.',
    text: 'Of its JSON text as much from the offset on as fits into one reply.',
    next_offset: 'Where the rest begins; 0 where this is the last part.',
  },
  TaskRequest: {
    input: 'A text, or any JSON value.',
    idempotency_key: 'The same key in the same tenant is the same task.',
    backend: "Overrides the agent's own choice.",
    tenant: 'Only trusted callers of the RPC set it; on the tasks subject the subject decides.',
    fallbacks:
      "Stands for the agent's own list of where a run may move when its backend fails for good. A task that names its backend and gives no list stays on it.",
    priority: "high: before the tenant's others where a backend is full. Empty or normal: in order.",
    agent_version:
      'Executes this version of the agent instead of the one that a new run would get: a number, a content address, or its first digits. "current" is the current one, whatever is rolled out.',
    fixtures: 'Answers its tool calls instead of tool hosts; nothing of the run acts on the world then.',
  },
  ToolFixtures: {
    run_id: 'The answers that this run of the tenant got.',
    answers:
      'Instead, or besides: these. An answer is given once to a call of the same tool with the same arguments, in order.',
    unmatched:
      'What becomes of a call that nothing answers: stop (default; the run fails with replay.diverged at that call) or tell (the model is told that there is no answer, and goes on). It is never executed.',
  },
  ToolFixture: {
    arguments: 'Absent: any.',
    result: 'Text, or any JSON value.',
    repeatable: 'May answer any number of calls.',
  },
  SubmitReply: {
    duplicate: 'True where the key was known: nothing was started.',
    joined: 'True where it became input of the run of its thread that was under way (concurrency: steer).',
  },
  Run: {
    status: 'queued, running, waiting, completed, failed, cancelled.',
    configuration: "The fingerprint of all that decided the last turn's behaviour.",
    seq: 'The last sequence number of the journal.',
    routing_reason: 'Why this backend was chosen.',
    shortened: 'True in a list where input or output is longer than shown: the run itself has them whole.',
    switches: 'The moves between backends, in order. `backend` is where the run is now.',
    parent: 'The call that it answers; absent where nobody called it.',
    priority: 'high, or empty.',
    wait: 'Absent where it does not wait.',
    input_payload:
      'Set where the input or the output is too large for one message, and a reference stands for it: the hash of its payload.',
    redriven_as: 'Of a run that failed: the run that was made of it when it was redriven.',
    tree_usage: 'Of the run and of all below it that are settled.',
    handed_over_to:
      'The agent that it was handed over to, and whose answer the output is; empty where its own agent answered.',
    retries: 'Requests to the backend beyond the first of each turn.',
    repairs: "What the reader mended in the model's answers.",
    overrides: 'Calls that a person edited or denied.',
    first_token_ms: "From the first turn's start to the first piece of its answer; 0 where it was not streamed.",
    rollout: 'The rollout that decided its agent version, and the arm: candidate or baseline. Empty where none did.',
  },
  RunWait: {
    reason: 'tool, approval, timer, child, input, unknown, retry.',
    until: 'When it goes on at the latest.',
  },
  BackendSwitch: {
    seq: "Of the BackendSwitched in the run's journal.",
    error: 'What the first one failed with; absent where somebody asked for the move.',
  },
  Schedule: {
    cron: 'Five fields, or six with seconds first: "0 9 * * 1-5".',
    time_zone: 'IANA name; UTC where empty.',
    task: 'What is published; its idempotency key is made for each time.',
    missed: 'What becomes of times that passed while nobody could fire: skip, last (once, default), all (at most 100).',
    overlap: 'What becomes of a time at which the run of the one before goes on: allow (default), skip.',
    skipped: 'Times that the policies left out.',
    last_error: 'Why the last time could not be accepted; absent where it was.',
    ends_at: 'Nothing is fired after it; absent: no end.',
    next_times: 'The next five times; not in lists.',
  },
  ScheduleList: {
    schedules: 'By name.',
  },
  PauseScheduleRequest: {
    paused: 'False: it goes on.',
  },
  ListRunsQuery: {
    limit: 'At most 200; 50 where absent.',
    before: 'The last run_id of the page before.',
    parent: 'Only runs that calls of this run started.',
  },
  RunTree: {
    runs: 'Every run after the one that called it, shortened as in a list.',
    usage: 'Of all runs in the list together.',
    more: 'There are more than can be shown.',
  },
  RunList: {
    runs: 'Newest first, their input and output shortened.',
    more: 'There are older ones: ask for those before the last.',
  },
  ListEventsQuery: {
    limit: 'At most 1,000; 1,000 where absent.',
  },
  EventList: {
    events: 'As many as fit into one reply.',
    more: 'There are more: ask for those after the last.',
  },
  SwitchRunRequest: {
    backend: 'Where to.',
    now: 'Abort the model request in hand and ask the other backend for the same turn; otherwise that turn is finished first.',
  },
  FallBackRequest: {
    backend: 'The one that failed.',
    seq: "The journal's last seq that the executor has read or written.",
    error: 'What it failed with.',
  },
  FallBackReply: {
    outcome:
      'moved (the executors of `backend` have been told), changed (read the journal again), failed (nothing is left).',
    error: 'What ends the run where nothing is left.',
  },
  ApplyAgentRequest: {
    definition: 'The definition as written, so that the answer can name the path of what is wrong.',
    staged: 'Keeps it as a version that is not the current one: for tasks and rollouts that name it.',
    actor: 'Who applies: "user:<name>".',
  },
  ApplyAgentReply: {
    outcome: 'created, updated, unchanged, staged.',
  },
  TenantQuery: {
    limit: 'Of a list of agents: at most 200, and 200 where absent.',
    after: 'Of a list of agents: the last name of the page before.',
  },
  AgentQuery: {
    version: 'Content address or number; the current one where absent.',
    before: 'Of a list of versions: the last number of the page before.',
  },
  AgentList: {
    agents: 'By name, or the newest version first; long texts are shortened.',
    more: 'There are more: ask for those after the last.',
  },
  CreateKeyRequest: {
    scopes: 'read, run, admin.',
  },
  CreateKeyReply: {
    secret: 'Shown once; only its hash is kept.',
  },
  ListDeadLettersQuery: {
    kind: 'tasks, exec, tool, event, run.',
    code: 'Only with this code as the cause.',
    tenant: "Of letters that belong to one. Empty: all tenants', for operators.",
    all: 'Those too that were redriven.',
  },
  RedriveRequest: {
    on_backend: "Where the letters' runs were.",
    backend: 'Where to; where they were, if empty.',
    limit: 'At most so many; 100 where absent.',
    dry_run: 'Only says what would be done.',
  },
  RedriveReply: {
    more: 'There are more that the filter has.',
  },
  Redriven: {
    run_id: 'The run that goes on.',
    error: 'Why it was not redriven; absent where it was.',
  },
  DeadLetterList: {
    letters: 'Newest first, as many as fit into one reply; long payloads are shortened.',
    more: 'There are older ones.',
  },
  QueuesQuery: {
    tenant: "Empty: all tenants', for operators.",
  },
  QueueList: {
    queues: 'By backend.',
  },
  WaitingRuns: {
    priority: 'high, or empty.',
    oldest: 'Since when the first of them waits.',
  },
  Secret: {
    used_by: 'Servers of tools, and tools that come with the tool host, that may use it.',
    pools: 'Pools whose hosts may open it; any where empty.',
    key_id: 'Of the master key that it is sealed under.',
    revision: 'Counts the times it was set, from 1.',
    updated_by: 'Who set it: "user:<name>".',
  },
  SetSecretRequest: {
    name: 'Letters, digits, ".", "_" and "-", at most 64.',
    value: '8 to 65,536 bytes.',
    used_by: 'At least one, at most 64.',
  },
  SecretRotation: {
    key_id: 'The current master key.',
    rewrapped: 'Secrets, and logins at servers, that went over to it just now.',
    current: 'Those that were under it already.',
  },
  SecretFailure: {
    tenant: 'Empty for a login, which is of the platform.',
  },
  ListQuestionsQuery: {
    limit: 'At most 100; 50 where absent.',
    before: 'The last call_id of the page before.',
  },
  QuestionList: {
    rounds: 'Newest first.',
  },
  QuestionRound: {
    run_id: 'Empty for a call made by hand.',
  },
  Question: {
    schema: 'JSON Schema of the answer, an object of plain values; absent where the person is only sent to `url`.',
  },
  QuestionAnswer: {
    id: 'May be empty where one question is asked.',
    action: 'accept (default), decline, cancel.',
    content: 'Of accept: what the schema asks for. What it leaves out is what the schema has as default.',
  },
  ToolServerLogs: {
    logs: 'The one that wrote last comes last; hosts that are gone are among them.',
  },
  ToolServerLog: {
    text: 'At most 65,536 characters, without the secrets that the program was given.',
  },
  BeginLoginRequest: {
    redirect_url: "Where the authorisation server sends the browser back to: the gateway's callback.",
    client_metadata_url: "An https address of the gateway's client metadata document; empty where it has none.",
  },
  Login: {
    url: 'Where a person goes with a browser.',
  },
  FinishLoginRequest: {
    error: "The authorisation server's code of a refusal.",
  },
  FinishedLogin: {
    name: 'Of the server.',
  },
  AskServerRequest: {
    method:
      'resources/list, resources/templates/list, resources/read (uri), prompts/list, prompts/get (prompt, arguments), completion/complete (prompt or uri, argument, value, arguments). Lists are whole.',
  },
  AskServerReply: {
    result: "As MCP defines it. The server's word: untrusted.",
  },
  ReadKeptResultQuery: {
    hash: 'As ToolResult.kept says.',
    offset: 'Where to begin, in UTF-16.',
    limit: 'Characters at most; 0: 20,000. At most 50,000. Of a page alone.',
    query: 'Where this text stands, whatever its case, instead of a page.',
  },
  KeptResultPage: {
    pieces: 'One, or the first 20 places from the offset on with what is around them.',
    next_offset: 'Where to go on; 0 where there is no more.',
  },
  TextPiece: {
    offset: 'Where it begins, in UTF-16.',
  },
  ResultContentQuery: {
    hash: 'Of the content that is meant, as its reference says.',
    offset: 'Characters of its JSON text that the asker has.',
  },
  ResultContent: {
    text: 'Of its JSON text, a list of parts, as much from the offset on as fits into one reply.',
    next_offset: 'Where the rest begins; 0 where this is the last part.',
  },
  ListEffectsQuery: {
    status: 'started, settled, unknown, released; all where empty.',
    limit: 'At most 200; 50 where absent.',
    before: 'The last call_id of the page before.',
    tool: 'Only calls of this tool, among the last 100,000 calls of the tenant.',
    failed: 'Only calls that gave an error or are in doubt, among as many.',
  },
  EffectList: {
    effects: 'Newest first, without results.',
  },
  Effect: {
    run_id: 'Empty for a call made by hand.',
    effect: 'pure, idempotent, irreversible.',
    status: 'started, settled, unknown, released (a retry is decided and has not begun).',
    attempt: 'How often it was begun, from 1.',
    decisions: 'In order.',
    outcome: 'Of a settled call: ok, or error. With the two below in lists as well, where results are left out.',
    duration_ms: 'How long the tool took.',
  },
  EffectDecision: {
    decision: 'retry, settle, fail.',
  },
  DecideEffectRequest: {
    decision:
      'retry (run it again), settle (it took effect, with this result), fail (it did not, and is not run again).',
    result: 'Of settle: what the tool gave. A text, or any JSON value.',
    attempt:
      'The attempt that is meant, as GetEffect shows it: refused where another one is in doubt by now. 0: whichever it is.',
  },
  ListToolsQuery: {
    names: 'Names or "<toolset>.*"; all where empty. An unknown name is an error "tool.not_found".',
  },
  ToolVersionsQuery: {
    tool: 'The name of the tool.',
  },
  ToolVersion: {
    number: 'Counts what was offered under this name, from 1.',
    accepted_by: 'Who accepted it: "user:<name>", "applied" with the definition of the server, or "policy".',
    current: 'Agents get this one.',
  },
  AcceptToolVersionRequest: {
    number: '0: the newest.',
  },
};
