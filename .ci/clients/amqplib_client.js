const amqp = require('amqplib');

(async () => {
  const connection = await amqp.connect('amqp://' + process.env.AMQP);
  const channel = await connection.createConfirmChannel();
  await channel.assertQueue('ci.amqplib', { durable: true });
  for (let n = 0; n < 100; n++) channel.sendToQueue('ci.amqplib', Buffer.from(String(n)), { persistent: true });
  await channel.waitForConfirms();
  await channel.prefetch(10);
  const got = [];
  await new Promise((done) => channel.consume('ci.amqplib', (message) => {
    if (!message) return; // the queue is gone: consumer_cancel_notify
    channel.ack(message);
    got.push(Number(message.content));
    if (got.length === 100) done();
  }));
  await channel.deleteQueue('ci.amqplib');
  await channel.close();
  await connection.close();
  if (got.some((v, i) => v !== i)) throw new Error(got.join());
  console.log('ok');
})();
