declare namespace App {
  interface Error {
    message: string
  }
}
