import type { ButtonHTMLAttributes, Ref } from 'react';
import styles from './button.module.css';

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** primary: the one thing to do here. quiet: beside it. bare: on demand, inside text. danger: no way back. */
  look: 'primary' | 'quiet' | 'bare' | 'danger';
  testId?: string;
  ref?: Ref<HTMLButtonElement>;
}

/** The only button of the app. */
export function Button({ look, testId, type = 'button', className, ...rest }: ButtonProps) {
  const classes = [styles.button, styles[look], className].filter(Boolean).join(' ');
  return <button {...rest} type={type} className={classes} data-testid={testId} />;
}
