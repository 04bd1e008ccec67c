package kubelet

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health/grpc_health_v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// userAgent is how a kubelet names itself to what it probes.
const userAgent = "kube-probe/1.35"

// target is a container that probes and hooks reach.
type target struct {
	address string // the loopback address of its pod
	ports   []corev1.ContainerPort
	exec    func(ctx context.Context, command []string) (output string, err error)
}

// check performs one probe and returns why it failed.
func (t target) check(ctx context.Context, handler corev1.ProbeHandler) error {
	switch {
	case handler.HTTPGet != nil:
		return t.httpGet(ctx, handler.HTTPGet)
	case handler.TCPSocket != nil:
		return t.connect(ctx, handler.TCPSocket)
	case handler.GRPC != nil:
		return t.askHealth(ctx, handler.GRPC)
	case handler.Exec != nil:
		output, err := t.exec(ctx, handler.Exec.Command)
		if err != nil {
			return fmt.Errorf("%s: %w: %s", strings.Join(handler.Exec.Command, " "), err, strings.TrimSpace(output))
		}
	}
	return nil
}

// port resolves the name of a port.
func (t target) port(port intstr.IntOrString) (string, error) {
	if port.Type == intstr.Int {
		return strconv.Itoa(port.IntValue()), nil
	}
	for _, named := range t.ports {
		if named.Name == port.StrVal {
			return strconv.Itoa(int(named.ContainerPort)), nil
		}
	}
	if number, err := strconv.Atoi(port.StrVal); err == nil {
		return strconv.Itoa(number), nil
	}
	return "", fmt.Errorf("the container has no port named %q", port.StrVal)
}

func (t target) host(given string, port intstr.IntOrString) (string, error) {
	number, err := t.port(port)
	if given == "" {
		given = t.address
	}
	return net.JoinHostPort(given, number), err
}

// httpGet succeeds for a status from 200 to 399. Certificates are not checked, and only redirects within the host are followed, as by a
// kubelet.
func (t target) httpGet(ctx context.Context, get *corev1.HTTPGetAction) error {
	host, err := t.host(get.Host, get.Port)
	if err != nil {
		return err
	}
	address, err := url.Parse(get.Path)
	if err != nil {
		return err
	}
	address.Scheme, address.Host = strings.ToLower(string(get.Scheme)), host
	if address.Scheme == "" {
		address.Scheme = "http"
	}
	if !strings.HasPrefix(address.Path, "/") {
		address.Path = "/" + address.Path
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address.String(), nil)
	if err != nil {
		return err
	}
	request.Header.Set("User-Agent", userAgent)
	request.Header.Set("Accept", "*/*")
	for _, header := range get.HTTPHeaders {
		if strings.EqualFold(header.Name, "Host") {
			request.Host = header.Value
		}
		request.Header.Add(header.Name, header.Value)
	}
	client := http.Client{
		Transport: &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{InsecureSkipVerify: true}},
		CheckRedirect: func(next *http.Request, via []*http.Request) error {
			if next.URL.Hostname() != request.URL.Hostname() || len(via) >= 10 {
				return http.ErrUseLastResponse
			}
			return nil
		},
	}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode < 200 || response.StatusCode >= 400 {
		body, _ := io.ReadAll(io.LimitReader(response.Body, 200))
		return fmt.Errorf("%s answers %s: %s", address, response.Status, strings.TrimSpace(string(body)))
	}
	return nil
}

func (t target) connect(ctx context.Context, socket *corev1.TCPSocketAction) error {
	host, err := t.host(socket.Host, socket.Port)
	if err != nil {
		return err
	}
	connection, err := new(net.Dialer).DialContext(ctx, "tcp", host)
	if err != nil {
		return err
	}
	return connection.Close()
}

// askHealth asks the gRPC health service (https://github.com/grpc/grpc/blob/master/doc/health-checking.md), without TLS.
func (t target) askHealth(ctx context.Context, action *corev1.GRPCAction) error {
	host := net.JoinHostPort(t.address, strconv.Itoa(int(action.Port)))
	connection, err := grpc.NewClient("passthrough:///"+host,
		grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithUserAgent(userAgent))
	if err != nil {
		return err
	}
	defer connection.Close()
	request := &grpc_health_v1.HealthCheckRequest{}
	if action.Service != nil {
		request.Service = *action.Service
	}
	answer, err := grpc_health_v1.NewHealthClient(connection).Check(ctx, request)
	if err != nil {
		return err
	}
	if answer.GetStatus() != grpc_health_v1.HealthCheckResponse_SERVING {
		return fmt.Errorf("%s answers %s", host, answer.GetStatus())
	}
	return nil
}

// hook performs a lifecycle hook and returns why it failed.
func (t target) hook(ctx context.Context, handler corev1.LifecycleHandler) error {
	switch {
	case handler.Sleep != nil:
		if !sleep(ctx, seconds(int32(handler.Sleep.Seconds))) {
			return errors.New("the time of the hook is over")
		}
		return nil
	case handler.TCPSocket != nil:
		return t.connect(ctx, handler.TCPSocket)
	}
	return t.check(ctx, corev1.ProbeHandler{HTTPGet: handler.HTTPGet, Exec: handler.Exec})
}
