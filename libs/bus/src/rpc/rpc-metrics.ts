import { metrics } from '@switchyard/telemetry';

const labels = ['service', 'method'] as const;

/** What the RPC layer counts. */
export const rpcMetrics = {
  requests: metrics.counter('switchyard_rpc_requests_total', 'Requests that were answered.', [...labels, 'code']),
  seconds: metrics.histogram('switchyard_rpc_duration_seconds', 'Time from request to reply.', labels),
};
