{{- define "name" -}}
{{ .Values.nameOverride | default (printf "%s-%s" .Values.cloudProvider .Chart.Name) | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "fullname" -}}
{{- if .Values.fullnameOverride -}}
{{ .Values.fullnameOverride | trunc 63 | trimSuffix "-" }}
{{- else if eq (include "name" .) .Release.Name -}}
{{ .Release.Name | trunc 63 | trimSuffix "-" }}
{{- else -}}
{{ printf "%s-%s" .Release.Name (include "name" .) | trunc 63 | trimSuffix "-" }}
{{- end -}}
{{- end }}

{{- define "serviceAccount" -}}
{{- if .Values.rbac.serviceAccount.create -}}
{{ .Values.rbac.serviceAccount.name | default (include "fullname" .) }}
{{- else -}}
{{ .Values.rbac.serviceAccount.name | default "default" }}
{{- end -}}
{{- end }}

{{- define "selector" -}}
app.kubernetes.io/name: {{ include "name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "labels" -}}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{ include "selector" . }}
{{- with .Values.additionalLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "metadata" -}}
name: {{ include "fullname" . }}
labels: {{- include "labels" . | nindent 2 }}
{{- end }}

{{- /* "yes" where the expanders, separated by commas, include priority. */ -}}
{{- define "prioritized" -}}
{{- if has "priority" (splitList "," (.Values.extraArgs.expander | default "")) }}yes{{ end -}}
{{- end }}
