// grpc-js with proto-loader: a call, an error with its message, a deadline, a
// compressed request, and a stream that ends.
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');
const assert = require('assert');

(async () => {
  const includeDirs = [process.env.ROOT, require('path').dirname(require.resolve('protobufjs/package.json'))];
  const shop = grpc.loadPackageDefinition(loader.loadSync(['services/inventory/inventory.proto', 'services/order/order.proto'], { includeDirs, keepCase: true, enums: String })).shop;
  const plain = grpc.credentials.createInsecure();
  const call = (client, method, request, options) => new Promise((done) => client[method](request, new grpc.Metadata(), options || {}, (error, reply) => done({ error, reply })));

  for (const options of [{}, { 'grpc.default_compression_algorithm': grpc.compressionAlgorithms.gzip }]) {
    const stock = new shop.inventory.v1.InventoryService(process.env.INVENTORY, plain, options);
    const set = await call(stock, 'SetStock', { product_id: '101', available: 7 });
    assert.ifError(set.error);
    const got = await call(stock, 'GetStock', { product_id: '101' });
    assert.ifError(got.error);
    assert.strictEqual(got.reply.available, 7);
    const none = await call(stock, 'GetStock', { product_id: 'nothing' });
    assert.strictEqual(none.error.code, grpc.status.NOT_FOUND);
    assert.match(none.error.details, /nothing/);
    stock.close();
  }

  const orders = new shop.order.v1.OrderService(process.env.ORDER, plain);
  const placed = await call(orders, 'PlaceOrder', { customer_id: 'c-1', items: [{ product_id: '101', quantity: 1 }] });
  assert.ifError(placed.error);
  const seen = [];
  await new Promise((done, fail) => orders.FollowOrder({ id: placed.reply.id }).on('data', (o) => seen.push(o.status)).on('end', done).on('error', fail));
  assert.ok(seen.length >= 1 && seen.at(-1) !== 'PENDING', seen.join());
  const raw = (path, deadline) => new Promise((done) => orders.makeUnaryRequest(path, (b) => b, (b) => b, Buffer.alloc(0), new grpc.Metadata(), { deadline }, (error) => done(error)));
  assert.strictEqual((await raw('/shop.order.v1.OrderService/NoSuchCall')).code, grpc.status.UNIMPLEMENTED);
  const ctl = (...words) => require('child_process').execFileSync(process.env.SIM, ['ctl', ...words]);
  ctl('pause', 'inventory');
  const stock = new shop.inventory.v1.InventoryService(process.env.INVENTORY, plain);
  const late = await call(stock, 'GetStock', { product_id: '101' }, { deadline: Date.now() + 300 });
  ctl('resume', 'inventory');
  assert.strictEqual(late.error?.code, grpc.status.DEADLINE_EXCEEDED);
  stock.close();
  orders.close();
  console.log('ok');
})().catch((e) => { console.error(e); process.exit(1); });
