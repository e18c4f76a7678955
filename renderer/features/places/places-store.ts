import { create } from 'zustand';

export const PLACES = ['chat', 'transcribe', 'models', 'personas', 'settings'] as const;
export type Place = (typeof PLACES)[number];

/** What was shown on the page before this one, which was locked. */
export const shownBefore = new URLSearchParams(location.hash.slice(1));

/** Where the user is. Every place stays as it was left. */
export const usePlace = create<{ place: Place }>()(() => ({
  place: PLACES.find((one) => one === shownBefore.get('place')) ?? 'chat',
}));

export function goTo(place: Place): void {
  usePlace.setState({ place });
}
