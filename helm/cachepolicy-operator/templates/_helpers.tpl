{{- define "cachepolicy.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 42 | trimSuffix "-" -}}
{{- else if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 42 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 42 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* Of what is not in a namespace. Operators for one tenant each may stand in one cluster under one release name. */}}
{{- define "cachepolicy.clusterName" -}}
{{- if .Values.watchNamespaces -}}
{{- printf "%s-%s" .Release.Namespace (include "cachepolicy.fullname" .) -}}
{{- else -}}
{{- include "cachepolicy.fullname" . -}}
{{- end -}}
{{- end -}}

{{/* Operators for one tenant each may also stand in one namespace: each leads alone. */}}
{{- define "cachepolicy.lease" -}}
{{- if .Values.watchNamespaces -}}
{{- include "cachepolicy.fullname" . -}}
{{- else -}}
cachepolicy-operator
{{- end -}}
{{- end -}}

{{- define "cachepolicy.selectorLabels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "cachepolicy.labels" -}}
{{ include "cachepolicy.labelsAnd" (dict "root" . "more" dict) }}
{{- end -}}

{{/* The labels of an object that has labels of its own in the values. Those win over commonLabels, ours over both. */}}
{{- define "cachepolicy.labelsAnd" -}}
{{ include "cachepolicy.selectorLabels" .root }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- $more := merge (dict) (.more | default dict) (.root.Values.commonLabels | default dict) -}}
{{- range list "app.kubernetes.io/name" "app.kubernetes.io/instance" "app.kubernetes.io/version" "app.kubernetes.io/managed-by" "helm.sh/chart" -}}
{{- $more = omit $more . -}}
{{- end -}}
{{- with $more }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "cachepolicy.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- .Values.serviceAccount.name | default (include "cachepolicy.fullname" .) -}}
{{- else -}}
{{- required "serviceAccount.create is false: name the ServiceAccount that exists in serviceAccount.name" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{/* Takes {image, version}. */}}
{{- define "cachepolicy.image" -}}
{{- if .image.digest -}}
{{- printf "%s@%s" .image.repository .image.digest -}}
{{- else -}}
{{- printf "%s:%s" .image.repository (.image.tag | default .version) -}}
{{- end -}}
{{- end -}}

{{- define "cachepolicy.certificateSecret" -}}
{{- printf "%s-webhook" (include "cachepolicy.fullname" .) -}}
{{- end -}}

{{- define "cachepolicy.byCertManager" -}}
{{- if and .Values.webhooks.enabled (eq .Values.webhooks.certificate.source "CertManager") -}}true{{- end -}}
{{- end -}}

{{- define "cachepolicy.priorityClassName" -}}
{{- if .Values.priorityClassName -}}
{{- .Values.priorityClassName -}}
{{- else if .Values.priorityClass.create -}}
{{- include "cachepolicy.clusterName" . -}}
{{- end -}}
{{- end -}}

{{/* The rights on what lies in the namespaces that the operator looks after. Takes {root, namespace}; no namespace: all. */}}
{{- define "cachepolicy.rules" -}}
- apiGroups: [cachepolicy.dev]
  resources: [cachebackends]
  verbs: [get, list, watch, patch]
- apiGroups: [cachepolicy.dev]
  resources: [cachepolicies]
  verbs: [list, watch]
- apiGroups: [cachepolicy.dev]
  resources: [cachebackends/status, cachepolicies/status]
  verbs: [patch]
# The agents' configuration, by server-side apply; the ValidatingAdmissionPolicy allows no other ConfigMap to be written.
- apiGroups: [""]
  resources: [configmaps]
  verbs: [list, watch, create, patch, delete]
# One annotation is touched, so that the kubelet looks at once; the ValidatingAdmissionPolicy allows no more.
- apiGroups: [""]
  resources: [pods]
  verbs: [list, watch, patch]
{{- if not .root.Values.rbac.secrets }}
# The users of Redis, each by the name that a CacheBackend says.
- apiGroups: [""]
  resources: [secrets]
  verbs: [get]
{{- end }}
- apiGroups: [events.k8s.io]
  resources: [events]
  verbs: [create]
{{- if not .namespace }}
# Whether it terminates, so that nothing in it holds it up.
- apiGroups: [""]
  resources: [namespaces]
  verbs: [get]
{{- end }}
{{- end -}}

{{- define "cachepolicy.subject" -}}
- kind: ServiceAccount
  name: {{ include "cachepolicy.serviceAccountName" . }}
  namespace: {{ .Release.Namespace }}
{{- end -}}

{{/* A file of rules or a dashboard, its links to runbooks below monitoring.runbookBaseURL. Takes {root, path}. */}}
{{- define "cachepolicy.withRunbooks" -}}
{{- $text := .root.Files.Get .path -}}
{{- with .root.Values.monitoring.runbookBaseURL -}}
{{- $text = replace "docs/runbooks/" (printf "%s/" (trimSuffix "/" .)) $text -}}
{{- end -}}
{{- $text -}}
{{- end -}}
