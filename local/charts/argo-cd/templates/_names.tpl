{{- define "labels" -}}
app.kubernetes.io/name: argocd-{{ .name }}
app.kubernetes.io/instance: {{ .context.Release.Name }}
{{- end }}
{{- define "fullname" -}}
{{ .Values.fullnameOverride | default (printf "%s-argocd" .Release.Name) }}
{{- end }}
{{- /* A variable from a ConfigMap that need not have it. */ -}}
{{- define "setting" -}}
- name: {{ .name }}
  valueFrom: {configMapKeyRef: {name: {{ .from | default "argocd-cmd-params-cm" }}, key: {{ .key }}, optional: true}}
{{- end }}
{{- define "redis" -}}
{{ include "setting" (dict "name" "REDIS_SERVER" "key" "redis.server") }}
- name: REDIS_PASSWORD
  valueFrom: {secretKeyRef: {name: argocd-redis, key: auth, optional: {{ not .Values.redisSecretInit.enabled }}}}
{{- end }}
