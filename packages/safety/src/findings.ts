/** What can be found. The first nine are the flags of `npm run safety:classify`; the last two come from claims and profiles. */
export const FLAGS = [
  'pii_request',
  'leave_platform',
  'money',
  'urgency',
  'love_bombing',
  'intimate_request',
  'coercion',
  'threat',
  'own_pii',
  'inconsistent',
  'impersonation',
] as const
export type Flag = (typeof FLAGS)[number]

/** Why something was found: the view has a sentence for each in every language. */
export const REASONS = [
  'asks_phone',
  'asks_address',
  'asks_workplace',
  'asks_government_id',
  'asks_code',
  'asks_password',
  'asks_financial',
  'asks_email',
  'asks_personal',
  'names_messenger',
  'gives_contact',
  'asks_to_move',
  'asks_money',
  'gift_card',
  'crypto',
  'investment',
  'loan',
  'promises_money',
  'money_transfer',
  'emergency_story',
  'hurry',
  'love_early',
  'future_early',
  'flattery',
  'asks_pictures',
  'asks_sexual_act',
  'asks_sexual_talk',
  'guilt',
  'ultimatum',
  'isolation',
  'insistence',
  'violence',
  'exposure',
  'stalking',
  'self_harm_pressure',
  'own_phone',
  'own_email',
  'own_card',
  'own_account',
  'own_national_id',
  'own_password',
  'own_code',
  'own_address',
  'own_place',
  'own_contact',
  'own_name',
  'changed_age',
  'changed_home',
  'changed_origin',
  'changed_job',
  'changed_family',
  'changed_relationship',
  'camera_again',
  'poses_as_staff',
  'poses_as_celebrity',
  'claims_verification',
  'real_name',
  'birth_year',
  'place_name',
  'contact_in_profile',
] as const
export type Reason = (typeof REASONS)[number]

/** What to do about it; the view has words and steps for each. */
export const ADVICE = [
  'keep_private',
  'stay_here',
  'send_no_money',
  'take_your_time',
  'slow_down',
  'you_may_say_no',
  'get_help',
  'check_before_sending',
  'ask_about_it',
  'choose_another_name',
] as const
export type Advice = (typeof ADVICE)[number]

export type Direction = 'in' | 'out'

/** UTF-16 units of the text that was checked, end excluded. */
export type Span = { readonly start: number; readonly end: number }

/** One thing to tell the person. Never leaves the device: it holds positions in what was said. */
export type Finding = {
  readonly flag: Flag
  /** 0 to 1: the combined weight of the evidence. */
  readonly confidence: number
  readonly span: Span
  readonly reasonId: Reason
  readonly adviceId: Advice
  /** The rule that weighs most; `model/<flag>` for the model, `claims/<topic>` for the claim memory. */
  readonly ruleId: string
  readonly packVersion: string
  /** For `inconsistent`: what was said before, as it was said. */
  readonly earlier?: { readonly quote: string; readonly messageNumber: number }
}

/** What the caller knows about the conversation; everything is optional and unknown counts as a stranger just met. */
export type Context = {
  /** Minutes since the two first met. */
  readonly minutesKnown?: number
  /** Likely countries of the two people, ISO 3166-1 alpha-2 in upper case, for telephone numbers. */
  readonly countries?: readonly string[]
}

/** A port: whether digits, with or without `+` and country code, can be a telephone number in one of the countries. SPEC SF23. */
export type PhoneNumbers = { isPossible(digits: string, countries: readonly string[]): boolean }

/** What is said where the words alone carried a finding and no rule has its own reason. */
export const ADVICE_OF: Readonly<Record<Flag, readonly [Reason, Advice]>> = {
  pii_request: ['asks_personal', 'keep_private'],
  leave_platform: ['asks_to_move', 'stay_here'],
  money: ['asks_money', 'send_no_money'],
  urgency: ['hurry', 'take_your_time'],
  love_bombing: ['love_early', 'slow_down'],
  intimate_request: ['asks_sexual_talk', 'you_may_say_no'],
  coercion: ['insistence', 'you_may_say_no'],
  threat: ['violence', 'get_help'],
  own_pii: ['own_contact', 'check_before_sending'],
  inconsistent: ['changed_home', 'ask_about_it'],
  impersonation: ['poses_as_staff', 'take_your_time'],
}
