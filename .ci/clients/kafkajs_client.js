process.env.KAFKAJS_NO_PARTITIONER_WARNING = '1';
const { Kafka, logLevel } = require('kafkajs');

(async () => {
  const kafka = new Kafka({ clientId: 'ci', brokers: [process.env.KAFKA], logLevel: logLevel.NOTHING });
  const producer = kafka.producer({ allowAutoTopicCreation: true });
  await producer.connect();
  for (let n = 0; n < 100; n++) await producer.send({ topic: 'ci-kafkajs', acks: -1, messages: [{ key: 'k', value: String(n) }] });
  await producer.disconnect();
  const consumer = kafka.consumer({ groupId: 'ci-js' });
  await consumer.connect();
  await consumer.subscribe({ topic: 'ci-kafkajs', fromBeginning: true });
  const got = [];
  await new Promise((done) => consumer.run({ eachMessage: async ({ message }) => {
    got.push(Number(message.value));
    if (got.length === 100) done();
  } }));
  await consumer.disconnect();
  if (got.some((v, i) => v !== i)) throw new Error(got.join());
  console.log('ok');
})();
