export { backupRoutes } from './routes.ts'
export { createBackups, type BackupPerson, type Backups } from './service.ts'
export { createBackupStore, type BackupStore, type BackupTables, type StoredBackup } from './store.ts'
