// Toxiproxy's own Go client, unmodified. SERVER is the API's address, UPSTREAM an echo server's.
package contracts

import (
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	toxiproxy "github.com/Shopify/toxiproxy/v2/client"
)

func connect(t *testing.T) *toxiproxy.Client {
	client := toxiproxy.NewClient(os.Getenv("SERVER"))
	t.Cleanup(func() {
		proxies, err := client.Proxies()
		must(t, err)
		for _, proxy := range proxies {
			must(t, proxy.Delete())
		}
	})
	return client
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func refused(t *testing.T, err error, text string) {
	t.Helper()
	if err == nil || err.Error() != text {
		t.Fatalf("%v, not %q", err, text)
	}
}

// How long an echo takes.
func echo(t *testing.T, address string) time.Duration {
	t.Helper()
	conn, err := net.DialTimeout("tcp", address, 10*time.Second)
	must(t, err)
	defer conn.Close()
	began := time.Now()
	_, err = conn.Write([]byte("hello"))
	must(t, err)
	got := make([]byte, 5)
	_, err = io.ReadFull(conn, got)
	must(t, err)
	if string(got) != "hello" {
		t.Fatalf("%q came back", got)
	}
	return time.Since(began)
}

func TestProxies(t *testing.T) {
	client := connect(t)
	proxy, err := client.CreateProxy("p", "localhost:0", os.Getenv("UPSTREAM"))
	must(t, err)
	if !strings.HasPrefix(proxy.Listen, "127.0.0.1:") || strings.HasSuffix(proxy.Listen, ":0") || !proxy.Enabled {
		t.Fatalf("%+v", proxy)
	}
	echo(t, proxy.Listen)
	_, err = client.CreateProxy("p", "localhost:0", "u:1")
	refused(t, err, "Create: HTTP 409: proxy already exists")
	_, err = client.CreateProxy("q", proxy.Listen, "u:1")
	refused(t, err, "Create: HTTP 500: listen tcp "+proxy.Listen+": bind: address already in use")
	_, err = client.CreateProxy("", "", "u:1")
	refused(t, err, "Create: HTTP 400: missing required field: name")
	listen := proxy.Listen
	must(t, proxy.Disable())
	if proxy.Enabled {
		t.Fatal("it is still enabled")
	}
	if _, err := net.Dial("tcp", listen); err == nil {
		t.Fatal("it still listens")
	}
	must(t, proxy.Enable())
	if proxy.Listen != listen {
		t.Fatalf("%s became %s", listen, proxy.Listen)
	}
	echo(t, listen)
	again, err := client.Proxy("p")
	must(t, err)
	again.Upstream = "127.0.0.1:1"
	must(t, again.Save())
	proxies, err := client.Proxies()
	must(t, err)
	if len(proxies) != 1 || proxies["p"].Upstream != "127.0.0.1:1" {
		t.Fatalf("%+v", proxies)
	}
	must(t, again.Delete())
	_, err = client.Proxy("p")
	refused(t, err, "HTTP 404: proxy not found")
	refused(t, again.Delete(), "Delete: HTTP 404: proxy not found")
	version, err := client.Version()
	must(t, err)
	if !strings.HasPrefix(string(version), `{"version": "`) {
		t.Fatalf("%q", version)
	}
}

func TestToxics(t *testing.T) {
	client := connect(t)
	proxy, err := client.CreateProxy("p", "127.0.0.1:0", os.Getenv("UPSTREAM"))
	must(t, err)
	toxic, err := proxy.AddToxic("", "latency", "", 1, toxiproxy.Attributes{"latency": 150, "jitter": 0})
	must(t, err)
	if toxic.Name != "latency_downstream" || toxic.Stream != "downstream" || toxic.Attributes["latency"] != 150.0 {
		t.Fatalf("%+v", toxic)
	}
	if took := echo(t, proxy.Listen); took < 150*time.Millisecond {
		t.Fatalf("came back after %s", took)
	}
	toxic, err = proxy.UpdateToxic("latency_downstream", -1, toxiproxy.Attributes{"jitter": 1})
	must(t, err)
	if toxic.Toxicity != 1 || toxic.Attributes["latency"] != 150.0 || toxic.Attributes["jitter"] != 1.0 {
		t.Fatalf("%+v", toxic)
	}
	_, err = proxy.AddToxic("slow", "bandwidth", "upstream", 0.5, toxiproxy.Attributes{"rate": 1000})
	must(t, err)
	toxics, err := proxy.Toxics()
	must(t, err)
	if len(toxics) != 2 || toxics[0].Name != "slow" || toxics[0].Toxicity != 0.5 {
		t.Fatalf("%+v", toxics)
	}
	_, err = proxy.AddToxic("slow", "noop", "downstream", 1, nil)
	refused(t, err, "AddToxic: HTTP 409: toxic already exists")
	_, err = proxy.AddToxic("", "nonsense", "downstream", 1, nil)
	refused(t, err, "AddToxic: HTTP 400: invalid toxic type")
	_, err = proxy.UpdateToxic("none", -1, nil)
	refused(t, err, "HTTP 404: toxic not found")
	// What it fetched, toxics and all, is sent back when it saves.
	fetched, err := client.Proxy("p")
	must(t, err)
	must(t, fetched.Save())
	if len(fetched.ActiveToxics) != 2 {
		t.Fatalf("%+v", fetched)
	}
	must(t, proxy.RemoveToxic("latency_downstream"))
	refused(t, proxy.RemoveToxic("latency_downstream"), "HTTP 404: toxic not found")
	_, err = client.AddToxic(&toxiproxy.ToxicOptions{
		ProxyName: "p", ToxicType: "timeout", Stream: "upstream", Toxicity: 1,
		Attributes: toxiproxy.Attributes{"timeout": 5},
	})
	must(t, err)
	must(t, client.RemoveToxic(&toxiproxy.ToxicOptions{ProxyName: "p", ToxicName: "timeout_upstream"}))
	must(t, proxy.RemoveToxic("slow"))
	echo(t, proxy.Listen)
}

func TestPopulateAndReset(t *testing.T) {
	client := connect(t)
	wanted := []toxiproxy.Proxy{
		{Name: "one", Listen: "localhost:0", Upstream: os.Getenv("UPSTREAM"), Enabled: true},
		{Name: "two", Listen: "localhost:0", Upstream: os.Getenv("UPSTREAM")},
	}
	proxies, err := client.Populate(wanted)
	must(t, err)
	if len(proxies) != 2 || proxies[0].Name != "one" || !proxies[0].Enabled || proxies[1].Enabled {
		t.Fatalf("%+v", proxies)
	}
	_, err = proxies[0].AddToxic("", "timeout", "", 1, nil)
	must(t, err)
	must(t, client.ResetState())
	all, err := client.Proxies()
	must(t, err)
	for _, proxy := range all {
		if !proxy.Enabled || len(proxy.ActiveToxics) != 0 {
			t.Fatalf("%+v", proxy)
		}
		echo(t, proxy.Listen)
	}
	_, err = client.Populate([]toxiproxy.Proxy{{Name: "three", Upstream: "u:1"}, {Upstream: "u:1"}})
	refused(t, err, "Populate: HTTP 400: missing required field: name at proxy 2")
	none, err := client.Populate([]toxiproxy.Proxy{})
	must(t, err)
	if len(none) != 0 {
		t.Fatalf("%+v", none)
	}
}
