{{- define "fullname" -}}
{{- if .Values.fullnameOverride -}}
{{ .Values.fullnameOverride | trunc 26 | trimSuffix "-" }}
{{- else if contains (include "name" .) .Release.Name -}}
{{ .Release.Name | trunc 26 | trimSuffix "-" }}
{{- else -}}
{{ printf "%s-%s" .Release.Name (include "name" .) | trunc 26 | trimSuffix "-" }}
{{- end -}}
{{- end }}

{{- define "name" -}}
{{ .Values.nameOverride | default .Chart.Name | trunc 50 | trimSuffix "-" }}
{{- end }}

{{- define "labels" -}}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.Version | quote }}
app.kubernetes.io/part-of: {{ include "name" . }}
chart: {{ .Chart.Name }}-{{ .Chart.Version }}
release: {{ .Release.Name | quote }}
heritage: {{ .Release.Service | quote }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- /* The labels of a part of the chart: (list $ "prometheus"). */ -}}
{{- define "partLabels" -}}
app: {{ include "name" (index . 0) }}-{{ index . 1 }}
{{ include "labels" (index . 0) }}
{{- end }}

{{- /* The labels of the pods of another chart that this one brings along: (list $ "grafana"). */ -}}
{{- define "broughtSelector" -}}
app.kubernetes.io/name: {{ index . 1 }}
app.kubernetes.io/instance: {{ (index . 0).Release.Name }}
{{- end }}

{{- /* An image: (list $ .image "its tag unless the image has one"). */ -}}
{{- define "image" -}}
{{- $image := index . 1 -}}
{{ (index . 0).Values.global.imageRegistry | default $image.registry }}/{{ $image.repository }}:{{ $image.tag | default (index . 2) -}}
{{- with $image.sha }}@sha256:{{ . }}{{ end -}}
{{- end }}

{{- /* The name of a part's service account: (list $ .Values.prometheus "prometheus"). */ -}}
{{- define "account" -}}
{{- $account := (index . 1).serviceAccount -}}
{{- if $account.create -}}
{{ $account.name | default (printf "%s-%s" (include "fullname" (index . 0)) (index . 2)) }}
{{- else -}}
{{ $account.name | default "default" }}
{{- end -}}
{{- end }}

{{- /* A selector of the operator's objects: the given one, else those of this release, else all: (list $ .Values.prometheus.prometheusSpec "rule"). */ -}}
{{- define "selector" -}}
{{- $spec := index . 1 -}}
{{- $key := printf "%sSelector" (index . 2) -}}
{{ $key }}: {{ with get $spec $key }}{{ toJson . }}{{ else }}
{{- if get $spec (printf "%sNilUsesHelmValues" $key) }}{matchLabels: {release: {{ (index . 0).Release.Name | quote }}}}{{ else }}{}{{ end }}
{{- end }}
{{ index . 2 }}NamespaceSelector: {{ get $spec (printf "%sNamespaceSelector" (index . 2)) | toJson }}
{{- end }}

{{- /* What places a pod: nodeSelector, tolerations, affinity, topologySpreadConstraints. */ -}}
{{- define "place" -}}
{{- $values := . -}}
{{- range $key := list "nodeSelector" "tolerations" "affinity" "topologySpreadConstraints" }}
{{- with get $values $key }}
{{ $key }}: {{ toJson . }}
{{- end }}
{{- end }}
{{- end }}
