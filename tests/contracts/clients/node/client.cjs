// toxiproxy-node-client, unmodified. SERVER is the API's URL, UPSTREAM an echo server's address.
const assert = require("node:assert/strict");
const net = require("node:net");
const { Toxiproxy } = require("toxiproxy-node-client");

const { SERVER, UPSTREAM, EMPTY_POPULATE } = process.env;

// How many ms an echo takes.
function echo(listen) {
  const [host, port] = listen.split(":");
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const sock = net.connect(Number(port), host, () => sock.write("hello"));
    sock.setTimeout(10_000, () => sock.destroy(new Error("no echo")));
    sock.on("error", reject);
    sock.on("data", () => { sock.destroy(); resolve(performance.now() - began); });
  });
}

async function main() {
  const toxiproxy = new Toxiproxy(SERVER);
  assert.match(await toxiproxy.getVersion(), /^\{"version": ".+"\}\n$/);

  const proxy = await toxiproxy.createProxy({ name: "p", listen: "localhost:0", upstream: UPSTREAM });
  assert.match(proxy.listen, /^127\.0\.0\.1:[1-9]\d*$/);
  assert.equal(proxy.enabled, true);
  await echo(proxy.listen);
  await assert.rejects(toxiproxy.createProxy({ name: "p", listen: "localhost:0", upstream: UPSTREAM }));
  await assert.rejects(toxiproxy.get("none"));

  const toxic = await proxy.addToxic({
    name: "slow", type: "latency", stream: "downstream", toxicity: 1, attributes: { latency: 150, jitter: 0 },
  });
  assert.deepEqual(toxic.toJson(), {
    name: "slow", type: "latency", stream: "downstream", toxicity: 1, attributes: { latency: 150, jitter: 0 },
  });
  const took = await echo(proxy.listen);
  assert.ok(took >= 149, `came back after ${took} ms`);
  const updated = await toxic.update({
    name: "slow", type: "latency", stream: "downstream", toxicity: 0.5, attributes: { latency: 1, jitter: 2 },
  });
  assert.deepEqual(updated.attributes, { latency: 1, jitter: 2 });
  assert.deepEqual((await proxy.getToxic("slow")).toJson(), updated.toJson());
  await assert.rejects(proxy.addToxic({ name: "slow", type: "noop", attributes: {} }));
  await toxic.remove();
  await assert.rejects(proxy.getToxic("slow"));

  const down = await proxy.update({ ...proxy.toJson(), enabled: false });
  assert.equal(down.enabled, false);
  await assert.rejects(echo(proxy.listen));

  await proxy.addToxic({ name: "cut", type: "timeout", stream: "upstream", toxicity: 1, attributes: { timeout: 0 } });
  await toxiproxy.reset();
  const all = await toxiproxy.getAll();
  assert.deepEqual(Object.keys(all), ["p"]);
  assert.equal(all.p.enabled, true);
  await assert.rejects(all.p.getToxic("cut"));
  await echo(all.p.listen);

  const populated = await toxiproxy.populate([
    { name: "one", listen: "localhost:0", upstream: UPSTREAM },
    { name: "two", listen: "localhost:0", upstream: UPSTREAM, enabled: false },
  ]);
  assert.deepEqual(Object.keys(populated), ["one", "two"]);
  assert.equal(populated.two.enabled, false);
  await echo(populated.one.listen);
  if (EMPTY_POPULATE === "works") {
    assert.deepEqual(await toxiproxy.populate([]), {});
  } else {
    await assert.rejects(toxiproxy.populate([]), TypeError);
  }

  for (const each of Object.values(await toxiproxy.getAll())) await each.remove();
  assert.deepEqual(await toxiproxy.getAll(), {});
}

main();
