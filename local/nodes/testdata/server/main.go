// Server stands for a model server in tests: it answers with its environment and exits on request.
package main

import (
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"sync/atomic"
	"syscall"
	"time"
)

func main() {
	http.HandleFunc("/env/", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, os.Getenv(r.URL.Path[len("/env/"):]))
	})
	http.HandleFunc("/exit/", func(w http.ResponseWriter, r *http.Request) {
		code, _ := strconv.Atoi(r.URL.Path[len("/exit/"):])
		os.Exit(code)
	})
	signals := make(chan os.Signal, 1)
	var term atomic.Int64 // when SIGTERM came, in ns; it is not obeyed where STUBBORN is set
	http.HandleFunc("/term", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, term.Load()) })
	signal.Notify(signals, syscall.SIGTERM)
	go func() {
		<-signals
		term.Store(time.Now().UnixNano())
		if os.Getenv("STUBBORN") == "" {
			os.Exit(0)
		}
	}()
	http.HandleFunc("/healthz", func(w http.ResponseWriter, r *http.Request) {})
	fmt.Println("listening")
	fmt.Println(http.ListenAndServe(os.Getenv("BIND_ADDRESS")+":"+os.Getenv("PORT"), nil))
	os.Exit(1)
}
