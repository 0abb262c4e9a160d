export {
  createStampKeys,
  createStampKeyStore,
  stampKeyOf,
  type StampKey,
  type StampKeys,
  type StampKeyStore,
  type StampKeyTables,
} from './stamp-keys.ts'
