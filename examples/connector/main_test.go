package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

const click = `{"Timestamp":"2026-09-28T10:40:01Z","Url":"https://login.contoso.example/x","AccountUpn":"adele@contoso.example","IPAddress":"52.112.103.113","ActionType":"ClickAllowed","Workload":"Email"}`

// running is the program while it runs.
type running struct {
	addr, metrics string
	stop          context.CancelFunc
	log           *bytes.Buffer // to be read after the end
	status        chan int
	ended         chan struct{}
}

// end stops the program and returns its exit status.
func (p *running) end() int {
	p.stop()
	<-p.ended
	return <-p.status
}

// begin runs the program until it listens.
func begin(t *testing.T, args ...string) *running {
	ctx, cancel := context.WithCancel(context.Background())
	reader, writer := io.Pipe()
	p := &running{stop: cancel, log: new(bytes.Buffer), status: make(chan int, 1), ended: make(chan struct{})}
	args = append([]string{"--addr", "127.0.0.1:0", "--drain", "0s"}, args...)
	go func() {
		p.status <- run(ctx, args, io.Discard, writer)
		writer.Close()
	}()
	listening := make(chan struct{})
	go func() {
		defer close(p.ended)
		lines := bufio.NewScanner(io.TeeReader(reader, p.log))
		for lines.Scan() {
			var l struct{ Msg, Addr string }
			json.Unmarshal(lines.Bytes(), &l)
			switch l.Msg {
			case "metrics":
				p.metrics = l.Addr
			case "listening":
				p.addr = l.Addr
				close(listening)
			}
		}
	}()
	select {
	case <-listening:
	case <-p.ended:
		t.Fatal(p.log)
	}
	t.Cleanup(func() {
		cancel()
		<-p.ended
		http.DefaultClient.CloseIdleConnections()
		goleak.VerifyNone(t)
	})
	return p
}

func (p *running) post(path, body string, header ...string) (status int, text string, err error) {
	r, err := http.NewRequest("POST", "http://"+p.addr+path, strings.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, "", err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	return res.StatusCode, string(b), err
}

func write(t *testing.T, name, text string) string {
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

func TestUsage(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "missing")
	tests := []struct {
		name string
		args []string
		err  string
	}{
		{"an unknown flag", []string{"--nope"}, "unknown flag --nope"},
		{"every address without keys", []string{"--addr", ":8700"}, "without --keys the service listens on this machine only"},
		{"another machine's without keys", []string{"--addr", "203.0.113.7:8700"}, "without --keys the service listens on this machine only"},
		{"no port", []string{"--addr", "127.0.0.1"}, "--addr"},
		{"no file of keys", []string{"--keys", missing}, "--keys"},
		{"a broken file of keys", []string{"--keys", write(t, "keys", "soar secret\n")}, "keys: line 1: not 64 hexadecimal digits after the name"},
		{"a certificate without its key", []string{"--tls-cert", missing}, "--tls-cert and --tls-key go together"},
		{"no certificate", []string{"--tls-cert", missing, "--tls-key", missing}, "--tls-cert"},
		{"broken ranges", []string{"--ranges", write(t, "ranges", "egres: 203.0.113.0/24\n")}, "--ranges"},
		{"too many rows", []string{"--max-rows", "50000"}, "40,000"},
		{"a name of two words", []string{"--new-key", "two words"}, "a name has up to 64 letters"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var out, log bytes.Buffer
			assert.Equal(t, exitUsage, run(t.Context(), tt.args, &out, &log))
			assert.Contains(t, log.String(), tt.err)
			assert.Empty(t, out.String())
		})
	}
}

func TestHelpAndVersion(t *testing.T) {
	var out, log bytes.Buffer
	assert.Equal(t, exitOK, run(t.Context(), []string{"--help"}, &out, &log))
	assert.Contains(t, out.String(), "curl -s http://127.0.0.1:8700/v1/batch")
	out.Reset()
	assert.Equal(t, exitOK, run(t.Context(), []string{"--version"}, &out, &log))
	assert.Regexp(t, `^rules \S+\nlists \S+\n$`, out.String())
	assert.Empty(t, log.String())
}

// TestKeys makes a key as the README says, and uses it.
func TestKeys(t *testing.T) {
	var line, told bytes.Buffer
	require.Equal(t, exitOK, run(t.Context(), []string{"--new-key", "playbook"}, &line, &told))
	fields := strings.Fields(told.String())
	key := fields[len(fields)-1]
	assert.NotContains(t, line.String(), key)

	p := begin(t, "--keys", write(t, "keys", line.String()))
	status, text, err := p.post("/v1/classify", click)
	require.NoError(t, err)
	assert.Equal(t, 401, status, text)
	status, text, err = p.post("/v1/classify", click, "X-API-Key", key)
	require.NoError(t, err)
	assert.Equal(t, 200, status, text)
	assert.Equal(t, exitOK, p.end())
	assert.Contains(t, p.log.String(), `"caller":"playbook"`)
	assert.NotContains(t, p.log.String(), key)
	assert.NotContains(t, p.log.String(), "contoso")
}

func TestMetricsListener(t *testing.T) {
	p := begin(t, "--metrics", "127.0.0.1:0")
	res, err := http.Get("http://" + p.metrics + "/metrics")
	require.NoError(t, err)
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	assert.Contains(t, string(text), "whoclicked_build_info{")
	assert.Equal(t, exitOK, p.end())
}

func TestOwnRanges(t *testing.T) {
	p := begin(t, "--ranges", write(t, "ranges", "scanner: 203.0.113.7 = mail gateway\n"))
	_, text, err := p.post("/v1/classify", strings.Replace(click, "52.112.103.113", "203.0.113.7", 1))
	require.NoError(t, err)
	assert.Contains(t, text, `"service":"mail gateway"`)
	assert.Equal(t, exitOK, p.end())
}

// TestStopUnderLoad: every answer that was begun is whole, and nothing else is answered than
// whole or not at all.
func TestStopUnderLoad(t *testing.T) {
	p := begin(t)
	body := "[" + strings.Repeat(click+",", 199) + click + "]"
	var mu sync.Mutex
	whole := 0
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for {
				status, text, err := p.post("/v1/batch", body)
				switch {
				case errors.Is(err, syscall.ECONNREFUSED):
					return // it does not listen any more
				case errors.Is(err, io.ErrUnexpectedEOF):
					t.Error("an answer was cut")
					return
				case err != nil:
					continue // the connection ended before the request was taken
				}
				var a struct{ Verdicts []struct{} }
				if !assert.Equal(t, 200, status) || !assert.NoError(t, json.Unmarshal([]byte(text), &a)) || !assert.Len(t, a.Verdicts, 200) {
					return
				}
				mu.Lock()
				whole++
				mu.Unlock()
			}
		})
	}
	require.Eventually(t, func() bool { mu.Lock(); defer mu.Unlock(); return whole > 20 }, 20*time.Second, time.Millisecond)
	assert.Equal(t, exitOK, p.end())
	wg.Wait()
	mu.Lock()
	defer mu.Unlock()
	http.DefaultClient.CloseIdleConnections()
	assert.Equal(t, whole, strings.Count(p.log.String(), `"status":200`), "what was answered was heard, and no more")
}

// TestStopWaitsForABody: a request whose body is still coming is answered.
func TestStopWaitsForABody(t *testing.T) {
	p := begin(t)
	conn, err := net.Dial("tcp", p.addr)
	require.NoError(t, err)
	defer conn.Close()
	fmt.Fprintf(conn, "POST /v1/classify HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(click), click[:50])
	time.Sleep(50 * time.Millisecond) // it is taken
	p.stop()
	time.Sleep(50 * time.Millisecond)
	fmt.Fprint(conn, click[50:])
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	require.NoError(t, err)
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	assert.Equal(t, 200, res.StatusCode)
	assert.Contains(t, string(text), "likely_automated")
	assert.Equal(t, exitOK, p.end())
}

// TestTLS uses HTTP/2, too, and a stream over it.
func TestTLS(t *testing.T) {
	cert, key, pool := certificate(t)
	p := begin(t, "--tls-cert", cert, "--tls-key", key)
	for _, http2 := range []bool{false, true} {
		transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}, ForceAttemptHTTP2: http2}
		if !http2 {
			transport.TLSNextProto = map[string]func(string, *tls.Conn) http.RoundTripper{}
		}
		client := &http.Client{Transport: transport}
		reader, writer := io.Pipe()
		r, err := http.NewRequest("POST", "https://"+p.addr+"/v1/stream", reader)
		require.NoError(t, err)
		r.Header.Set("Content-Type", "application/x-ndjson")
		res, err := client.Do(r)
		require.NoError(t, err)
		assert.Equal(t, http2, res.ProtoMajor == 2)
		answers := bufio.NewReader(res.Body)
		for range 3 {
			fmt.Fprintln(writer, click)
			line, err := answers.ReadString('\n')
			require.NoError(t, err)
			assert.Contains(t, line, "likely_automated")
		}
		writer.Close()
		rest, err := io.ReadAll(answers)
		assert.NoError(t, err)
		assert.Empty(t, rest)
		res.Body.Close()
		client.CloseIdleConnections()
	}
	assert.Equal(t, exitOK, p.end())
}

// certificate returns the files of a certificate for 127.0.0.1, and a pool with it.
func certificate(t *testing.T) (cert, key string, pool *x509.CertPool) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	require.NoError(t, err)
	keyDER, err := x509.MarshalPKCS8PrivateKey(private)
	require.NoError(t, err)
	certPEM := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	pool = x509.NewCertPool()
	pool.AppendCertsFromPEM(certPEM)
	return write(t, "cert.pem", string(certPEM)), write(t, "key.pem", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER}))), pool
}
