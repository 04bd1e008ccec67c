// Server stands for a model server in tests: it answers with its environment and its files, asks the API server as its service account, and
// exits on request. Its health over gRPC is on GRPC_PORT.
package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"sync/atomic"
	"syscall"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/health"
	"google.golang.org/grpc/health/grpc_health_v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
)

func main() {
	http.HandleFunc("/env/", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, os.Getenv(r.URL.Path[len("/env/"):]))
	})
	http.HandleFunc("/exit/", func(w http.ResponseWriter, r *http.Request) {
		code, _ := strconv.Atoi(r.URL.Path[len("/exit/"):])
		os.Exit(code)
	})
	http.HandleFunc("/file/", func(w http.ResponseWriter, r *http.Request) {
		text, err := os.ReadFile(r.URL.Path[len("/file"):])
		if err != nil {
			http.Error(w, err.Error(), http.StatusNotFound)
			return
		}
		_, _ = w.Write(text)
	})
	http.HandleFunc("/write/", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, os.WriteFile(r.URL.Path[len("/write"):], []byte("written"), 0o644))
	})
	http.HandleFunc("/remove/", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, os.Remove(r.URL.Path[len("/remove"):])) })
	http.HandleFunc("/pods/", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, pods(r.URL.Path[len("/pods/"):])) })
	go serveHealth()
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

// pods lists or deletes the pods of the server's namespace as its service account.
func pods(verb string) error {
	config, err := rest.InClusterConfig()
	if err != nil {
		return err
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	namespace, err := os.ReadFile("/var/run/secrets/kubernetes.io/serviceaccount/namespace")
	if err != nil {
		return err
	}
	if verb == "delete" {
		return client.CoreV1().Pods(string(namespace)).Delete(context.Background(), "nobody", metav1.DeleteOptions{})
	}
	_, err = client.CoreV1().Pods(string(namespace)).List(context.Background(), metav1.ListOptions{})
	return err
}

func serveHealth() {
	port := os.Getenv("GRPC_PORT")
	if port == "" {
		return
	}
	listener, err := net.Listen("tcp", os.Getenv("BIND_ADDRESS")+":"+port)
	if err != nil {
		panic(err)
	}
	server := grpc.NewServer()
	grpc_health_v1.RegisterHealthServer(server, health.NewServer())
	panic(server.Serve(listener))
}
