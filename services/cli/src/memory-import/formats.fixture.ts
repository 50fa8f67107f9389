import type { JsonValue } from '@switchyard/contracts';

/** As `get_all` of mem0 answers, with what its platform adds. */
export const MEM0: JsonValue = {
  results: [
    {
      id: '6b2f0f5e-3c1a-4f0a-9d9e-0a7f3d1c2b4a',
      memory: 'Dev works at TechCorp',
      hash: 'b1f5',
      metadata: { type: 'professional' },
      categories: ['professional_details'],
      created_at: '2025-10-01T09:00:00.123456-07:00',
      updated_at: '2025-10-02T09:00:00.123456-07:00',
      user_id: 'dev',
      agent_id: null,
      run_id: 'talk-1',
    },
    {
      id: '7c3a',
      memory: 'Arjun prefers mornings',
      hash: 'a2',
      metadata: null,
      created_at: '2025-10-03T09:00:00Z',
      updated_at: null,
      user_id: 'arjun',
      expiration_date: '2027-01-31',
    },
    { id: '8d', memory: null, user_id: 'carl' },
  ],
};

/** An agent file of the present shape. */
export const LETTA: JsonValue = {
  agents: [
    {
      id: 'agent-0',
      name: 'sam',
      block_ids: ['block-0', 'block-1', 'block-2'],
      messages: [
        { id: 'message-0', role: 'system', content: [{ type: 'text', text: 'You are Sam.' }] },
        {
          id: 'message-1',
          role: 'user',
          name: null,
          content: [{ type: 'text', text: '{"type": "user_message", "message": "I moved to Basel", "time": "10:00"}' }],
          created_at: '2025-10-31T22:56:56.459100+00:00',
        },
        {
          id: 'message-2',
          role: 'user',
          content: [{ type: 'text', text: '{"type": "heartbeat", "reason": "again"}' }],
        },
        {
          id: 'message-3',
          role: 'assistant',
          content: [{ type: 'text', text: 'He moved; I should say so.' }],
          tool_calls: [{ id: 'c', function: { name: 'send_message', arguments: '{"message": "Good to know!"}' } }],
          created_at: '2025-10-31T22:57:00+00:00',
        },
        { id: 'message-4', role: 'tool', content: [{ type: 'text', text: '{"status": "OK"}' }] },
        { id: 'message-5', role: 'assistant', content: 'Anything else?' },
      ],
    },
  ],
  groups: [],
  blocks: [
    { id: 'block-0', label: 'human', value: 'First name: Chad', limit: 20000 },
    { id: 'block-1', label: 'persona', value: 'I am Sam.', limit: 20000 },
    { id: 'block-2', label: 'notes', value: ' \n', limit: 20000 },
  ],
  passages: [{ id: 'passage-0', text: 'Chad sails.', created_at: '2025-10-30T10:00:00', tags: ['sport'] }],
  files: [],
  sources: [],
  tools: [],
  mcp_servers: [],
};

/** An agent file of the first shape: one agent. */
export const LETTA_FIRST: JsonValue = {
  agent_type: 'memgpt_agent',
  name: 'memgpt_agent',
  core_memory: [{ label: 'human', value: 'Name: Ada', created_at: '2025-04-02T00:00:00+00:00' }],
  in_context_message_indices: [0],
  messages: [{ role: 'user', content: [{ type: 'text', text: 'Hello' }], created_at: '2025-04-02T00:00:01+00:00' }],
};
