package modelspec

import (
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

// ParseEgress reads an item of Model.Egress: an IPv4 block and a TCP port. The error completes a sentence about the text.
func ParseEgress(text string) (block netip.Prefix, port int, err error) {
	colon := strings.LastIndexByte(text, ':')
	if colon < 0 {
		return netip.Prefix{}, 0, errors.New("has no port")
	}
	block, err = netip.ParsePrefix(text[:colon])
	if err != nil || !block.Addr().Is4() {
		return netip.Prefix{}, 0, fmt.Errorf("does not begin with an IPv4 block")
	}
	if block.Masked() != block {
		return netip.Prefix{}, 0, fmt.Errorf("has bits outside of its mask: the block is %s", block.Masked())
	}
	port, err = strconv.Atoi(text[colon+1:])
	if err != nil || port < 1 || port > MaxPort {
		return netip.Prefix{}, 0, fmt.Errorf("does not end in a port from 1 to %d", MaxPort)
	}
	return block, port, nil
}
