package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"gopkg.in/yaml.v3"
)

// pipelinesServer answers as the API of Kubeflow Pipelines 2.17 does, with its paths, names of fields and refusals
// (https://github.com/kubeflow/pipelines/tree/2.17.0/backend/api/v2beta1/swagger; uploads and names in
// backend/src/apiserver/server/pipeline_upload_server.go, inputs in backend/src/apiserver/template/v2_template.go, validatePipelineJobInputs).
type pipelinesServer struct {
	url string

	mu        sync.Mutex
	token     string
	pipelines map[string]string         // id by name
	versions  []map[string]any          // as they are answered, newest last
	specs     map[string]map[string]any // compiled pipeline by the version's id
	runs      []map[string]any          // what was asked for
	states    []map[string]any          // what a run answers, one after the other; the last for good
	hide      bool                      // the first listing of versions lacks what is there
	down      int                       // how many answers fail from now on
}

func servePipelines(t *testing.T) *pipelinesServer {
	t.Helper()
	s := &pipelinesServer{pipelines: map[string]string{}, specs: map[string]map[string]any{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /apis/v2beta1/pipelines/{id}/{name}", func(w http.ResponseWriter, r *http.Request) {
		if r.PathValue("id") == "names" {
			s.named(w, r)
		} else {
			s.list(w, r)
		}
	})
	mux.HandleFunc("POST /apis/v2beta1/pipelines", s.create)
	mux.HandleFunc("POST /apis/v2beta1/pipelines/upload_version", s.upload)
	mux.HandleFunc("POST /apis/v2beta1/runs", s.run)
	mux.HandleFunc("GET /apis/v2beta1/runs/{id}", s.state)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		switch {
		case s.token != "" && r.Header.Get("Authorization") != "Bearer "+s.token:
			http.Error(w, "no bearer token", http.StatusUnauthorized) // of what stands before it
		case s.down > 0:
			s.down--
			http.Error(w, "no healthy upstream", http.StatusServiceUnavailable)
		default:
			mux.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(server.Close)
	s.url = server.URL
	return s
}

// refuse answers as the gateway does (google.rpc.Status).
func refuse(w http.ResponseWriter, status, code int, message string) {
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{"code": code, "message": "Failed: InvalidInputError: " + message,
		"details": []any{map[string]any{"@type": "type.googleapis.com/google.rpc.Status", "code": code, "message": message}}})
}

func (s *pipelinesServer) named(w http.ResponseWriter, r *http.Request) {
	id, known := s.pipelines[r.PathValue("name")]
	if !known {
		refuse(w, http.StatusNotFound, 5, "Namespace/Pipeline /"+r.PathValue("name")+" not found")
		return
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"pipeline_id": id, "name": r.PathValue("name"), "display_name": r.PathValue("name")})
}

func (s *pipelinesServer) create(w http.ResponseWriter, r *http.Request) {
	var asked struct {
		Name string `json:"name"`
	}
	_ = json.NewDecoder(r.Body).Decode(&asked)
	if asked.Name == "" {
		refuse(w, http.StatusBadRequest, 3, "name is required")
		return
	}
	if _, known := s.pipelines[asked.Name]; known {
		refuse(w, http.StatusConflict, 6, "already exist")
		return
	}
	s.pipelines[asked.Name] = fmt.Sprintf("pipeline-%d", len(s.pipelines))
	_ = json.NewEncoder(w).Encode(map[string]any{"pipeline_id": s.pipelines[asked.Name], "name": asked.Name})
}

// list answers pages of one version, so that a client that reads the first alone is found out.
func (s *pipelinesServer) list(w http.ResponseWriter, r *http.Request) {
	var mine []map[string]any
	for _, v := range slices.Backward(s.versions) {
		if v["pipeline_id"] == r.PathValue("id") {
			mine = append(mine, v)
		}
	}
	if s.hide {
		s.hide, mine = false, nil
	}
	at := 0
	_, _ = fmt.Sscanf(r.URL.Query().Get("page_token"), "page-%d", &at)
	answer := map[string]any{"total_size": len(mine)}
	if at < len(mine) {
		answer["pipeline_versions"] = mine[at : at+1]
	}
	if at+1 < len(mine) {
		answer["next_page_token"] = fmt.Sprintf("page-%d", at+1)
	}
	_ = json.NewEncoder(w).Encode(answer)
}

func (s *pipelinesServer) upload(w http.ResponseWriter, r *http.Request) {
	fault := func(status int, message string) {
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(map[string]any{"error_message": message, "error_details": message})
	}
	file, header, err := r.FormFile("uploadfile")
	if err != nil || !strings.HasSuffix(header.Filename, ".yaml") {
		fault(http.StatusBadRequest, "Failed to create a pipeline version")
		return
	}
	text, _ := io.ReadAll(file)
	var spec map[string]any
	pipeline, name := r.URL.Query().Get("pipelineid"), r.URL.Query().Get("name")
	switch err := yaml.Unmarshal(text, &spec); {
	case err != nil || spec["pipelineInfo"] == nil:
		fault(http.StatusBadRequest, "unknown template format: pipeline spec is invalid")
	case pipeline == "" || len(name) > 127:
		fault(http.StatusBadRequest, "Failed to create a pipeline version")
	case slices.ContainsFunc(s.versions, func(v map[string]any) bool { return v["name"] == name && v["pipeline_id"] == pipeline }):
		fault(http.StatusConflict, "Failed to create a pipeline version")
	default:
		id := fmt.Sprintf("version-%d", len(s.versions))
		s.versions = append(s.versions, map[string]any{"pipeline_id": pipeline, "pipeline_version_id": id, "name": name, "display_name": name})
		s.specs[id] = spec
		_ = json.NewEncoder(w).Encode(s.versions[len(s.versions)-1])
	}
}

func (s *pipelinesServer) run(w http.ResponseWriter, r *http.Request) {
	var asked map[string]any
	_ = json.NewDecoder(r.Body).Decode(&asked)
	of, _ := asked["pipeline_version_reference"].(map[string]any)
	id, _ := of["pipeline_version_id"].(string)
	spec, known := s.specs[id]
	config, _ := asked["runtime_config"].(map[string]any)
	given, _ := config["parameters"].(map[string]any)
	problem := inputProblem(spec, given)
	switch {
	case asked["display_name"] == "" || asked["display_name"] == nil:
		refuse(w, http.StatusBadRequest, 3, "The run name is empty. Please specify a valid name")
	case !known:
		refuse(w, http.StatusNotFound, 5, "PipelineVersion "+id+" not found")
	case problem != "":
		refuse(w, http.StatusBadRequest, 3, problem)
	default:
		s.runs = append(s.runs, asked)
		_ = json.NewEncoder(w).Encode(map[string]any{"run_id": "run-1", "state": "PENDING", "display_name": asked["display_name"], "error": nil,
			"run_details": nil, "plugins_output": map[string]any{}})
	}
}

// inputProblem is why inputs are refused.
func inputProblem(spec, given map[string]any) string {
	root, _ := spec["root"].(map[string]any)
	inputs, _ := root["inputDefinitions"].(map[string]any)
	parameters, _ := inputs["parameters"].(map[string]any)
	for name, value := range given {
		parameter, known := parameters[name].(map[string]any)
		if !known {
			return "parameter(s) provided are not required or optional inputs in the pipeline: " + name
		}
		_, isNumber := value.(float64)
		_, isText := value.(string)
		switch kind := parameter["parameterType"]; {
		case (kind == "NUMBER_INTEGER" || kind == "NUMBER_DOUBLE") && !isNumber:
			return "input parameter " + name + " requires type double or integer, but the parameter value is not of number value type"
		case kind == "STRING" && !isText:
			return "input parameter " + name + " requires type string, but the input parameter is not of string value type"
		}
	}
	return ""
}

func (s *pipelinesServer) state(w http.ResponseWriter, r *http.Request) {
	if len(s.states) == 0 || len(s.runs) == 0 {
		refuse(w, http.StatusNotFound, 5, "Run "+r.PathValue("id")+" not found")
		return
	}
	answer := s.states[0]
	if len(s.states) > 1 {
		s.states = s.states[1:]
	}
	answer["run_id"] = r.PathValue("id")
	_ = json.NewEncoder(w).Encode(answer)
}
