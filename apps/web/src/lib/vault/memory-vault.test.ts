import { createMemoryVaultDoor } from './sim/memory-vault.ts'
import { vaultContract } from './sim/vault-contract.ts'

vaultContract('fake', () => createMemoryVaultDoor())
