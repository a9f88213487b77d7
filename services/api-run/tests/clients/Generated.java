// Java had this annotation until version 8; now it is in javax.annotation-api, which only Maven has.
package javax.annotation;

public @interface Generated {
    String[] value();

    String date() default "";

    String comments() default "";
}
