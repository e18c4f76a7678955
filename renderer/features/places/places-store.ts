import { create } from 'zustand';

export const PLACES = ['chat', 'transcribe', 'models', 'personas', 'settings'] as const;
export type Place = (typeof PLACES)[number];

/** Where the user is. Every place stays as it was left. */
export const usePlace = create<{ place: Place }>()(() => ({ place: 'chat' }));

export function goTo(place: Place): void {
  usePlace.setState({ place });
}
