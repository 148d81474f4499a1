package verify

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/dynamicpb"
)

// InputError is a fault of a file that the user has given, which it names.
type InputError struct{ Fault error }

func (e *InputError) Error() string { return e.Fault.Error() }
func (e *InputError) Unwrap() error { return e.Fault }

// line is one request of a file: {"method": "/shop.Orders/Place", "request": {"sku": "a"}}, the request as protobuf's JSON has it.
type line struct {
	Method   string            `json:"method"`
	Request  json.RawMessage   `json:"request,omitempty"`
	Metadata map[string]string `json:"metadata,omitempty"`
}

// request is what is sent to a copy.
type request struct {
	method   *method
	message  proto.Message
	metadata map[string]string
}

// maxLine bounds a line of a file in bytes.
const maxLine = 16 << 20

// readRequests reads a file of requests. Empty lines and those that begin with # are passed over.
func (c *contract) readRequests(path string) ([]request, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, &InputError{fmt.Errorf("read requests: %w", err)}
	}
	var all []request
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, maxLine)
	for number := 1; lines.Scan(); number++ {
		text := bytes.TrimSpace(lines.Bytes())
		if len(text) == 0 || text[0] == '#' {
			continue
		}
		r, err := c.parse(text)
		if err != nil {
			return nil, &InputError{fmt.Errorf("requests %s:%d: %w", path, number, err)}
		}
		all = append(all, r)
	}
	if err := lines.Err(); err != nil {
		return nil, &InputError{fmt.Errorf("requests %s: %w", path, err)}
	}
	if len(all) == 0 {
		return nil, &InputError{fmt.Errorf("requests %s: there are none", path)}
	}
	return all, nil
}

func (c *contract) parse(text []byte) (request, error) {
	var l line
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&l); err != nil {
		return request{}, err
	}
	m := c.byName["/"+strings.TrimPrefix(l.Method, "/")]
	if m == nil {
		return request{}, fmt.Errorf("the service has no method %q", l.Method)
	}
	if m.input == nil {
		return request{}, fmt.Errorf("%s cannot be driven: %s", m.Name, m.why)
	}
	msg := dynamicpb.NewMessage(m.input)
	if len(l.Request) > 0 {
		if err := (protojson.UnmarshalOptions{Resolver: c.types}).Unmarshal(l.Request, msg); err != nil {
			return request{}, fmt.Errorf("request of %s: %w", m.Name, err)
		}
	}
	return request{m, msg, l.Metadata}, nil
}

// writeRequests writes a file that readRequests reads.
func (c *contract) writeRequests(path string, all []request) error {
	var out bytes.Buffer
	for _, r := range all {
		text, err := protojson.MarshalOptions{Resolver: c.types}.Marshal(r.message)
		if err != nil {
			return fmt.Errorf("record a request of %s: %w", r.method.Name, err)
		}
		text, err = json.Marshal(line{r.method.Name, text, r.metadata}) // which also makes protojson's spacing canonical
		if err != nil {
			return fmt.Errorf("record a request of %s: %w", r.method.Name, err)
		}
		out.Write(append(text, '\n'))
	}
	if err := os.WriteFile(path, out.Bytes(), 0o666); err != nil {
		return fmt.Errorf("record requests: %w", err)
	}
	return nil
}
