// The one platform global the pure core may use besides the language itself: it has no state, no clock and no IO.
declare class TextEncoder {
  encode(input?: string): Uint8Array<ArrayBuffer>;
}
