package kubelet

import (
	"context"
	"io"
	"net"
	"slices"
	"strconv"

	corev1 "k8s.io/api/core/v1"

	"github.com/modelway/modelway/local/port"
)

// Relay is a port at which a program listens on all addresses of the machine, so that the first pod of any local stack would take it from
// all others. A container that names the port gets a free one in its place, to which the pod's own leads.
type Relay struct {
	// Port of the pod; 0 for none.
	Port int32 `json:",omitempty"`
	// Flag gives the program another port, such as --webhook-port=.
	Flag string `json:",omitempty"`
}

// of reports whether a container names the port.
func (r Relay) of(c corev1.Container) bool {
	return slices.ContainsFunc(c.Ports, func(p corev1.ContainerPort) bool { return p.ContainerPort == r.Port })
}

// open listens at the port of a pod's address until the context ends, and returns the argument for the program.
func (r Relay) open(ctx context.Context, address string) (argument string, err error) {
	inner, err := port.Choose()
	if err != nil {
		return "", err
	}
	outer, err := new(net.ListenConfig).Listen(ctx, "tcp", net.JoinHostPort(address, strconv.Itoa(int(r.Port))))
	if err != nil {
		return "", err
	}
	context.AfterFunc(ctx, func() { _ = outer.Close() })
	go func() {
		for {
			client, err := outer.Accept()
			if err != nil {
				return // the program has ended
			}
			go carry(client, net.JoinHostPort("127.0.0.1", strconv.Itoa(inner)))
		}
	}()
	return r.Flag + strconv.Itoa(inner), nil
}

// carry leads a connection to an address until both sides have ended.
func carry(client net.Conn, address string) {
	defer client.Close()
	server, err := net.Dial("tcp", address)
	if err != nil {
		return // the program does not listen yet
	}
	defer server.Close()
	ended := make(chan struct{}, 2)
	half := func(to, from net.Conn) {
		_, _ = io.Copy(to, from)
		_ = to.(*net.TCPConn).CloseWrite() // the other side may still answer
		ended <- struct{}{}
	}
	go half(server, client)
	go half(client, server)
	<-ended
	<-ended
}
