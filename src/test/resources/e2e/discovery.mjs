// Tells Prometheus by HTTP what its own service discovery for Kubernetes would: Debian builds Prometheus without that one.
// The labels are those of `kubernetes_sd_configs`, as far as the chart's monitors ask for them.
//
//   GET /pod        each port of each container that a pod declares
//   GET /endpoints  each port of each address behind a Service
import http from 'node:http';
import { readFileSync } from 'node:fs';

const api = `https://${process.env.KUBERNETES_SERVICE_HOST}:${process.env.KUBERNETES_SERVICE_PORT}`;
const account = '/var/run/secrets/kubernetes.io/serviceaccount';

async function list(path) {
  const authorization = `Bearer ${readFileSync(`${account}/token`)}`;
  const response = await fetch(api + path, { headers: { authorization } });
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return (await response.json()).items;
}

const labelsOf = (kind, labels = {}) =>
  Object.fromEntries(Object.entries(labels).map(([name, value]) => [`__meta_kubernetes_${kind}_label_${name.replace(/[^a-zA-Z0-9_]/g, '_')}`, value]));

async function pods() {
  const running = (await list('/api/v1/pods')).filter(pod => pod.status.podIP && pod.status.phase === 'Running');
  return running.flatMap(pod => {
    const controller = (pod.metadata.ownerReferences ?? []).find(owner => owner.controller);
    return [...(pod.spec.initContainers ?? []), ...pod.spec.containers].flatMap(container =>
      (container.ports ?? []).map(port => ({
        targets: [`${pod.status.podIP}:${port.containerPort}`],
        labels: {
          ...labelsOf('pod', pod.metadata.labels),
          __meta_kubernetes_namespace: pod.metadata.namespace,
          __meta_kubernetes_pod_name: pod.metadata.name,
          __meta_kubernetes_pod_container_name: container.name,
          __meta_kubernetes_pod_container_port_name: port.name ?? '',
          __meta_kubernetes_pod_controller_kind: controller?.kind ?? '',
          __meta_kubernetes_pod_controller_name: controller?.name ?? '',
        },
      })));
  });
}

async function endpoints() {
  return (await list('/api/v1/endpoints')).flatMap(endpoint =>
    (endpoint.subsets ?? []).flatMap(subset =>
      (subset.addresses ?? []).flatMap(address =>
        (subset.ports ?? []).map(port => ({
          targets: [`${address.ip}:${port.port}`],
          labels: {
            ...labelsOf('service', endpoint.metadata.labels),
            __meta_kubernetes_namespace: endpoint.metadata.namespace,
            __meta_kubernetes_endpoint_port_name: port.name ?? '',
            __meta_kubernetes_pod_name: address.targetRef?.name ?? '',
          },
        })))));
}

http.createServer(async (request, response) => {
  try {
    const targets = request.url === '/pod' ? await pods() : await endpoints();
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(targets));
  } catch (error) {
    console.error(error);
    response.writeHead(500);
    response.end();
  }
}).listen(9099, '127.0.0.1');
