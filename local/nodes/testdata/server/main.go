// Server stands for a model server in tests: it answers with its environment and exits on request.
package main

import (
	"fmt"
	"net/http"
	"os"
	"strconv"
)

func main() {
	http.HandleFunc("/env/", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, os.Getenv(r.URL.Path[len("/env/"):]))
	})
	http.HandleFunc("/exit/", func(w http.ResponseWriter, r *http.Request) {
		code, _ := strconv.Atoi(r.URL.Path[len("/exit/"):])
		os.Exit(code)
	})
	http.HandleFunc("/healthz", func(w http.ResponseWriter, r *http.Request) {})
	fmt.Println("listening")
	fmt.Println(http.ListenAndServe(os.Getenv("BIND_ADDRESS")+":"+os.Getenv("PORT"), nil))
	os.Exit(1)
}
