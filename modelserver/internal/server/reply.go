package server

import (
	"encoding/json"
	"net/http"
)

// Bodies of answers, as the KServe V1 protocol has them
// (https://kserve.github.io/website/docs/concepts/architecture/data-plane/v1-protocol).
type (
	failure struct {
		Error string `json:"error"`
	}
	alive struct {
		Status string `json:"status"`
	}
	modelList struct {
		Models []string `json:"models"`
	}
	modelStatus struct {
		Name  string `json:"name"`
		Ready bool   `json:"ready"`
	}
	predictions struct {
		Predictions []float64 `json:"predictions"`
	}
)

// reply writes a JSON body. A write error means that the client has gone, which nobody is left to be told.
func reply(w http.ResponseWriter, code int, body any) {
	text, err := json.Marshal(body)
	if err != nil {
		code, text = http.StatusInternalServerError, []byte(`{"error":"the answer cannot be written as JSON"}`)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_, _ = w.Write(append(text, '\n'))
}

func fail(w http.ResponseWriter, code int, message string) {
	reply(w, code, failure{Error: message})
}

// allow answers 405 and returns false unless the request has one of the methods.
func allow(w http.ResponseWriter, r *http.Request, methods ...string) bool {
	list := ""
	for _, method := range methods {
		if r.Method == method {
			return true
		}
		if list != "" {
			list += ", "
		}
		list += method
	}
	w.Header().Set("Allow", list)
	fail(w, http.StatusMethodNotAllowed, "the method "+r.Method+" is not allowed here: use "+list)
	return false
}
