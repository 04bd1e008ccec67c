package main

import (
	"fmt"
	"io"
	"net"
	"strconv"
)

// relayed has the controller listen at a port that is free, since it listens on all addresses and would leave no stack beside this one its
// port, and has the port of its metrics lead there on the address of its pod alone. It returns the arguments for that.
func relayed(address string, port int) ([]string, error) {
	outer, err := net.Listen("tcp", net.JoinHostPort(address, strconv.Itoa(port)))
	if err != nil {
		return nil, err
	}
	free, err := net.Listen("tcp", ":0")
	if err != nil {
		return nil, err
	}
	inner := free.Addr().(*net.TCPAddr).Port
	if err := free.Close(); err != nil {
		return nil, err
	}
	go func() {
		for {
			client, err := outer.Accept()
			if err != nil {
				return // it is never closed but by the end of the program
			}
			go relay(client, net.JoinHostPort("127.0.0.1", strconv.Itoa(inner)))
		}
	}()
	return []string{fmt.Sprintf("--metrics-port=%d", inner)}, nil
}

// relay carries a connection to an address, until both sides end it.
func relay(client net.Conn, address string) {
	defer client.Close()
	server, err := net.Dial("tcp", address)
	if err != nil {
		return // the controller does not listen yet
	}
	defer server.Close()
	ended := make(chan struct{}, 2)
	carry := func(to, from net.Conn) {
		_, _ = io.Copy(to, from)
		_ = to.(*net.TCPConn).CloseWrite() // the other side may still answer
		ended <- struct{}{}
	}
	go carry(server, client)
	go carry(client, server)
	<-ended
	<-ended
}
